/** Texts by name in the storage of this tab, each for one user of one site. */
export class StoredTexts {
	/** @param {string} kind of no other texts in the storage */
	constructor(kind) {
		this.prefix = `${kind} `;
	}

	/** What the browser has no room for, or does not allow, is not kept. */
	put(name, text) {
		try {
			sessionStorage.setItem(this.prefix + JSON.stringify([...owner(), name]), text);
		} catch (error) {
			if (!(error instanceof DOMException)) throw error;
		}
	}

	/** Take all out, those of others as well: [[name, text]] of this user. */
	take() {
		const found = this.#keys().map((key) => [...JSON.parse(key.slice(this.prefix.length)), key]);
		const texts = found.map(([site, user, name, key]) => [String([site, user]), name, sessionStorage.getItem(key)]);
		for (const [, , , key] of found) sessionStorage.removeItem(key);
		return texts.filter(([theirs]) => theirs === String(owner())).map(([, name, text]) => [name, text]);
	}

	#keys() {
		try {
			return Object.keys(sessionStorage).filter((key) => key.startsWith(this.prefix));
		} catch (error) {
			if (!(error instanceof DOMException)) throw error;
			return [];
		}
	}
}

function owner() {
	return [frappe.boot.sitename, frappe.session.user];
}
