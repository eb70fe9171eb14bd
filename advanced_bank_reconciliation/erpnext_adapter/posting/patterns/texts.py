"""Texts of a payment that Frappe does not save as they are."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint, split_emails, validate_email_address


def reason_in_text(doctype: str, fieldname: str, text: str | None) -> str | None:
	"""Why Frappe may clean a text before it is saved (BaseDocument._sanitize_content), or refuse it, as a
	translated phrase, or None.
	"""
	if not text:
		return None
	if any(sign in text for sign in "<>"):
		return _("text that looks like HTML")
	return _reason_in_length(doctype, fieldname, text)


def reason_in_addresses(doctype: str, fieldname: str, emails: str | None) -> str | None:
	"""Why Frappe refuses e-mail addresses (BaseDocument._validate_data_fields, _validate_length), or None."""
	if not all(validate_email_address(email) for email in split_emails(emails)):
		return _("an invalid e-mail address")
	return _reason_in_length(doctype, fieldname, emails or "")


def _reason_in_length(doctype: str, fieldname: str, text: str) -> str | None:
	field = frappe.get_meta(doctype).get_field(fieldname)
	if len(text) > (cint(field.length) or frappe.db.VARCHAR_LEN):
		return _("text that is too long")
	return None
