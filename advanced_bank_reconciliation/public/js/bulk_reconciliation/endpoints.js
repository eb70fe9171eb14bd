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

function request(method, args, options) {
	return new Promise((resolve, reject) => {
		frappe.call({
			method,
			args,
			...options,
			callback: (response) => resolve(response.message),
			error: (response) => reject(new RequestRefused(method, response)),
		});
	});
}

/** The server refused; Desk has told the user why. */
export class RequestRefused extends Error {
	constructor(method, response) {
		super(`${method} was refused`);
		this.response = response;
	}
}
