import { askAboutAdvice } from "./advice_question.js";
import { button, create } from "./elements.js";
import { call } from "./endpoints.js";
import { OneAtATime } from "./one_at_a_time.js";

const KINDS = ".csv,.txt,.tsv,.xlsx,.xml,.x12,.edi,.820";

/**
 * The button by which a remittance advice comes into the dialog. A file can also be dropped on `dropZone`; it is
 * attached to the Bank Transaction.
 *
 * bankTransaction: its name; onRead(answer, source): see `read_remittance_advice`, and what was read
 * pasted(): the text that was pasted
 */
export class AdviceInput {
	constructor({ bankTransaction, onRead, pasted, dropZone }) {
		Object.assign(this, { bankTransaction, onRead, pasted });
		this.requests = new OneAtATime();
		this.element = create("span", "bulk-advice");
		this.chooser = Object.assign(create("input"), { type: "file", accept: KINDS, hidden: true });
		this.chooser.addEventListener("change", () => this.#readChosen());
		this.pastedButton = button("match-pasted", __("Match Pasted List"), () => this.#readPasted());
		this.element.append(
			button("read-advice", __("Read Advice …"), () => this.chooser.click()),
			this.pastedButton,
			this.chooser
		);
		this.showPasted(false);
		this.#offerAttached();
		dropZone.addEventListener("dragover", (event) => event.preventDefault());
		dropZone.addEventListener("drop", (event) => this.#drop(event));
	}

	/** Offer to match what was pasted by more than its numbers. */
	showPasted(isList) {
		this.pastedButton.hidden = !isList;
	}

	/** Read again what was read, with what a person said about it. */
	readAgain(source) {
		return this.requests.run(() => this.#read(source));
	}

	/**
	 * Who says how the file is meant can have that remembered, once it was read so: with all that was said, if more
	 * than one question was asked.
	 */
	async #ask(question, source) {
		const said = await askAboutAdvice(question);
		if (!said) return;
		const { remembers, ...meaning } = said;
		const meant = { ...source, ...meaning };
		const isRead = await this.#read(meant);
		const args = { bank_transaction_name: this.bankTransaction, titles: question.titles };
		const { columns, decimal } = meant;
		if (remembers && isRead) await call("remember_remittance_format", { ...args, columns, decimal });
	}

	/** What is attached to the Bank Transaction already need not be chosen again. */
	async #offerAttached() {
		const args = { bank_transaction_name: this.bankTransaction };
		for (const { name, file_name } of await call("get_attached_advices", args, { type: "GET" })) {
			const label = __("Read {0}", [file_name]);
			this.element.append(button("read-attached", label, () => this.readAgain({ file: name })));
		}
	}

	#readChosen() {
		const [file] = this.chooser.files;
		// The same file may be chosen again, when it was mended.
		if (file) this.requests.run(() => this.#readFile(file)).finally(() => (this.chooser.value = ""));
	}

	#drop(event) {
		const [file] = event.dataTransfer.files;
		if (!file) return;
		event.preventDefault();
		event.stopPropagation();
		this.requests.run(() => this.#readFile(file));
	}

	#readPasted() {
		return this.requests.run(() => this.#read({ text: this.pasted() }));
	}

	async #readFile(file) {
		const name = await upload(file, this.bankTransaction);
		if (name) await this.#read({ file: name });
	}

	/** Promises whether it was read without a further question. */
	async #read(source) {
		const args = { bank_transaction_name: this.bankTransaction, ...source, ask: 1 };
		const freeze_message = __("Reading the remittance advice …");
		const answer = await call("read_remittance_advice", args, { freeze: true, freeze_message });
		if (answer.question) await this.#ask(answer.question, source);
		else this.onRead(answer, source);
		return !answer.question;
	}
}

/** Attach a file to the Bank Transaction, for nobody else's eyes; promises its name, null if it was refused. */
async function upload(file, bankTransaction) {
	const form = new FormData();
	form.append("file", file, file.name);
	form.append("is_private", "1");
	form.append("doctype", "Bank Transaction");
	form.append("docname", bankTransaction);
	const headers = { Accept: "application/json", "X-Frappe-CSRF-Token": frappe.csrf_token };
	const response = await fetch("/api/method/upload_file", { method: "POST", headers, body: form });
	const answer = await response.json().catch(() => ({}));
	if (response.ok) return answer.message.name;
	frappe.msgprint(__("The file could not be uploaded: {0}", [frappe.utils.escape_html(reasonOf(answer))]));
	return null;
}

function reasonOf({ _server_messages: messages, exc_type: type }) {
	try {
		return JSON.parse(messages).map((message) => strip_html(JSON.parse(message).message)).join(" ");
	} catch {
		return type || "";
	}
}
