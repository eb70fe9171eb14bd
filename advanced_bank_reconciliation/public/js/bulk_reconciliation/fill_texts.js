/**
 * What *Fill oldest first* has done, and what it has left out, with the reasons.
 * @param {object} outcome see `Selection.fillOldestFirst`
 * @param {function} __ translates
 */
export function fillTexts({ ticked, isPartial, younger, against, foreign, vouchers }, __) {
	const number = (count) => count.toLocaleString();
	const leftOut = [
		younger && __("{0} that fall due later, for which nothing is left", [number(younger)]),
		against && __("{0} credit notes, which are yours to choose", [number(against)]),
		foreign && __("{0} in other currencies: check the exchange rate, and tick them yourself", [number(foreign)]),
		vouchers && __("{0} vouchers that exist already, which are yours to choose", [number(vouchers)]),
	].filter(Boolean);
	const done = isPartial
		? __("{0} ticked, the oldest first, the last one in part.", [number(ticked)])
		: __("{0} ticked, the oldest first.", [number(ticked)]);
	return leftOut.length ? [done, __("Left out: {0}.", [leftOut.join("; ")])] : [done];
}
