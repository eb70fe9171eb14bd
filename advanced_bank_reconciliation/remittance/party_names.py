"""Which party a text of the bank means: "STRIPE PAYOUT" is the customer "Stripe Payout Shop"."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping

Owner = tuple[str, str]
"""Whose open items: the type of their invoices, and the party."""

WORD = re.compile(r"[^\W\d_]{3,}")
# What stands in every second name or text tells nothing by itself.
LEGAL_FORMS = frozenset(
	"and ltd limited inc llc llp plc corp company gmbh ohg kgaa sarl sas spa srl the und".split()
)
BANK_WORDS = frozenset(
	"account bank card credit customer debit deposit invoice payment payments payout ref reference sepa"
	" settlement shop store supplier transfer wire".split()
)


class PartyNames:
	"""Finds the party of whose name a text has more words than of any other's."""

	def __init__(self, names: Mapping[Owner, str]):
		self._words = {owner: words_of(name) for owner, name in names.items()}
		self._owners: dict[str, list[Owner]] = defaultdict(list)
		for owner, words in self._words.items():
			for word in words:
				self._owners[word].append(owner)

	def meant_by(self, text: str) -> Owner | None:
		"""The party that a text means; None if it is none, or could be another one as well."""
		hits: Counter[Owner] = Counter()
		written = words_of(text)
		for word in written:
			hits.update(self._owners.get(word, ()))
		most = max(hits.values(), default=0)
		likeliest = [owner for owner, count in hits.items() if count == most]
		if len(likeliest) != 1 or not self._is_telling(likeliest[0], written):
			return None
		return likeliest[0]

	def _is_telling(self, owner: Owner, written: frozenset[str]) -> bool:
		"""Two words of a name, or all of it; and not only words that banks write anyway."""
		common = self._words[owner] & written
		return bool(common - BANK_WORDS) and (len(common) > 1 or common == self._words[owner])


def words_of(text: str) -> frozenset[str]:
	"""The words of a name or a text, without accents, legal forms, digits and what is shorter than three."""
	plain = unicodedata.normalize("NFKD", text.casefold())
	letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
	return frozenset(WORD.findall(letters)) - LEGAL_FORMS
