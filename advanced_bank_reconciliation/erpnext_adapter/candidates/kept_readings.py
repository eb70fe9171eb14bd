"""What a user's last remittance advice says, so that a start reads the file once and not again.

Only what a file says is kept, not what it means: what is open may have changed since.
"""

from __future__ import annotations

import hashlib

import frappe

from advanced_bank_reconciliation import __version__
from advanced_bank_reconciliation.remittance.advice import Advice
from advanced_bank_reconciliation.remittance.reading import read_advice
from advanced_bank_reconciliation.remittance.tables import Options

# Another version may read the same file otherwise, and may not know what this one has kept.
KEY = f"remittance_advice_read_by_{__version__}"
SECONDS = 600
# Of one user: about twice as many bytes in Redis, and what is longer is no usual advice.
MOST_CHARACTERS = 2_000_000


def read_once(content: bytes, options: Options) -> Advice:
	"""As `read_advice`, or what the same user has read of the same bytes with the same options just now.

	One advice is kept for each user, for ten minutes.
	"""
	digest = hashlib.sha256(repr(options).encode() + hashlib.sha256(content).digest()).hexdigest()
	kept = frappe.cache.get_value(KEY, user=frappe.session.user, expires=True)
	if kept and kept[0] == digest:
		return kept[1]
	advice = read_advice(content, options)
	if sum(len(line.reference) + len(line.text) for line in advice.lines) <= MOST_CHARACTERS:
		frappe.cache.set_value(KEY, (digest, advice), user=frappe.session.user, expires_in_sec=SECONDS)
	return advice
