"""The e-mail at the end of a run: for who started it, and for a role if the run needs attention.

It goes into Frappe's Email Queue, which is sent later, by another job: a broken mail server harms no run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import (
	is_email_notifications_enabled_for_type,
)
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import escape_html, fmt_money, get_url_to_form
from frappe.utils.user import get_users_with_role

from advanced_bank_reconciliation.engine.progress import Completion
from advanced_bank_reconciliation.engine.records import Run
from advanced_bank_reconciliation.engine.requests import was_asked_for
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings

# What Notification Settings calls it: `enable_email_bulk_reconciliation`.
KIND = "Bulk Reconciliation"
TEMPLATE = "Bulk Reconciliation Ended"
SUBJECT = "Bulk reconciliation of {{ bank_transaction }}: {{ state }}"
RESPONSE = """<p>{{ message }}</p>
<p>{{ bank_account }}, {{ invoices }} invoices, {{ amount }}</p>
<p><a href="{{ link }}">{{ run }}</a></p>
"""


def create_template() -> None:
	"""The text of the e-mail, once: an administrator may change it afterwards, or choose another one."""
	if not frappe.db.exists("Email Template", TEMPLATE):
		text = {"subject": SUBJECT, "use_html": 1, "response_html": RESPONSE}
		values = {"doctype": "Email Template", "name": TEMPLATE, **text}
		frappe.get_doc(values).insert(ignore_permissions=True)


def mail_completion(completion: Completion) -> None:
	"""Queue the e-mail to everybody who wants to know of this end, if the site sends e-mails at all."""
	recipients = sorted(set(_recipients(completion))) if EmailAccount.find_default_outgoing() else []
	message_id = _message_id(completion.run)
	if not recipients or frappe.db.exists("Email Queue", {"message_id": message_id}):
		return
	name = get_settings().completion_email_template or TEMPLATE
	template = frappe.get_doc("Email Template", name)
	facts = _facts(completion)
	frappe.sendmail(
		recipients=recipients,
		subject=template.get_formatted_subject(facts),
		message=template.get_formatted_response({key: escape_html(text) for key, text in facts.items()}),
		reference_doctype=RUN_DOCTYPE,
		reference_name=completion.run.name,
		message_id=message_id,
		is_notification=True,  # as without an id
		add_unsubscribe_link=0,
	)


def _message_id(run: Run) -> str:
	"""The same whenever this end is told: a job that its time limit stops while it tells it, tells it again.
	Another end of the run has another state, or was worked for under another lease.
	"""
	end = f"{run.name} {run.state.value} {run.fencing_token}"
	return f"{sha256(end.encode()).hexdigest()[:32]}@{frappe.local.site}"


def _recipients(completion: Completion) -> Iterator[str]:
	"""The addresses, each perhaps more than once."""
	run = completion.run
	if not frappe.db.exists(RUN_DOCTYPE, run.name) or not _is_worth_a_mail(completion):
		return
	users = [run.user]
	role = get_settings().attention_role
	if run.state is RunState.ATTENTION and role:
		users += [user for user in get_users_with_role(role) if _may_see(run.name, user)]
	for user in users:
		address = frappe.db.get_value("User", {"name": user, "enabled": 1}, "email")
		if address and is_email_notifications_enabled_for_type(user, KIND):
			yield address


def _may_see(run: str, user: str) -> bool:
	return frappe.has_permission(RUN_DOCTYPE, "read", doc=run, user=user)


def _is_worth_a_mail(completion: Completion) -> bool:
	"""Attention always, a failure too, an undo that was asked for never, a success if it took long."""
	run = completion.run
	if run.state is RunState.COMPLETED:
		return _seconds(run.name) > get_settings().mail_after_minutes * 60
	return run.state is RunState.ATTENTION or not was_asked_for(run)


def _seconds(run: str) -> float:
	"""How long the run took since it was queued: so long somebody may have waited for it.

	0 for a run that an earlier version queued. By UTC: an hour of local time comes twice each autumn.
	"""
	queued, ended = frappe.db.get_value(RUN_DOCTYPE, run, ["queued_at_utc", "ended_at_utc"]) or (None, None)
	return (ended - queued).total_seconds() if queued and ended else 0


def _facts(completion: Completion) -> Mapping[str, str]:
	"""What a template may use, all plain text."""
	run = completion.run
	columns = ["bank_account", "company", "total_amount", "currency"]
	saved = frappe.db.get_value(RUN_DOCTYPE, run.name, columns, as_dict=True)
	return {
		"run": run.name,
		"bank_transaction": run.bank_transaction,
		"bank_account": saved.bank_account or "",
		"company": saved.company or "",
		"state": _(run.state.value),
		"message": completion.message.text(_),
		"invoices": str(run.invoices),
		"amount": fmt_money(saved.total_amount, currency=saved.currency),
		"link": get_url_to_form(RUN_DOCTYPE, run.name),
	}
