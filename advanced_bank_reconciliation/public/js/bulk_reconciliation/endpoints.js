const TOOL =
	"advanced_bank_reconciliation.advanced_bank_reconciliation.doctype.advance_bank_reconciliation_tool" +
	".advance_bank_reconciliation_tool";
const ERPNEXT_TOOL = "erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool";

/** The dotted path of one of the app's endpoints. */
export function endpoint(name) {
	return `${TOOL}.${name}`;
}

/** Call one of the app's endpoints; promises its answer. Errors are shown by Desk, and reject. */
export async function call(name, args, options = {}) {
	return request(endpoint(name), args, options);
}

/** Call an endpoint of ERPNext's own tool. */
export async function callErpnext(name, args, options = {}) {
	return request(`${ERPNEXT_TOOL}.${name}`, args, options);
}

/** What `frappe.db.get_list` gives; but by POST, for the names in a filter may be too long for an address. */
export async function listDocuments(doctype, args) {
	return request("frappe.desk.reportview.get_list", { doctype, ...args });
}

function request(method, args, options) {
	return new Promise((resolve, reject) => {
		const refuse = (response) => reject(new RequestRefused(method, response));
		frappe.call({
			method,
			args,
			...options,
			callback: (response) => resolve(response.message),
			error: (response) => {
				if (response?.status === 0) tellSilence();
				refuse(response);
			},
			// Of a deadlock or a time limit Frappe tells the user, and nobody else.
			always: () => setTimeout(refuse),
		});
	});
}

/** Once for all requests that failed together. If the browser has no network, Frappe has told it. */
function tellSilence() {
	if (!frappe.is_online() || document.querySelector(".desk-alert .bulk-silence")) return;
	const sentence = __("The server did not answer. Try again: nothing is done twice.");
	const message = `<span class="bulk-silence">${sentence}</span>`;
	frappe.show_alert({ message, indicator: "red" }, 10);
}

/** The server refused, or did not answer; the user was told why. */
export class RequestRefused extends Error {
	constructor(method, response) {
		super(`${method} was refused`);
		this.response = response;
	}

	/** Whether the server has judged what was sent; else nobody knows what has become of it. */
	get isJudged() {
		return ["SelectionRefusedError", "ValidationError"].includes(this.response?.exc_type);
	}
}
