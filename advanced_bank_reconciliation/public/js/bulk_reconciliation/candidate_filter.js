/**
 * Which rows are shown. Every field may be empty.
 * text: part of a number, a party, a reference; amount: the text as an open amount, which is as good; party: part of a party's name or id; group: exact;
 * from, to: due dates as YYYY-MM-DD; least, most: sizes of open amounts in smallest units;
 * only: a Set of keys; exact: one open amount
 */
export class CandidateFilter {
	constructor(values = {}) {
		Object.assign(this, values);
		this.text = (this.text || "").trim().toLowerCase();
		this.party = (this.party || "").trim().toLowerCase();
	}

	apply(candidates) {
		return candidates.filter((candidate) => this.accepts(candidate));
	}

	accepts(candidate) {
		return (
			(!this.only || this.only.has(candidate.key)) &&
			(!this.party || candidate.partyText.includes(this.party)) &&
			(!this.group || candidate.party_group === this.group) &&
			(!this.from || candidate.date >= this.from) &&
			(!this.to || candidate.date <= this.to) &&
			this.#acceptsAmount(candidate) &&
			this.#acceptsText(candidate)
		);
	}

	#acceptsText({ searchText, open }) {
		return searchText.includes(this.text) || (this.amount != null && Math.abs(open) === this.amount);
	}

	/** An exact amount is one of the bank account's currency. */
	#acceptsAmount({ open, isForeign }) {
		const amount = Math.abs(open);
		return (
			(this.least == null || amount >= this.least) &&
			(this.most == null || amount <= this.most) &&
			(this.exact == null || (amount === this.exact && !isForeign))
		);
	}
}
