"""Each rule for Python finds what it is for, and lets be what is right."""

from __future__ import annotations

import pytest

from tests.security.python_rules import RULES, findings

BROKEN = {
	"built-sql": [
		'frappe.db.sql(f"SELECT 1 FROM tabRun WHERE name = {name}")',
		'frappe.db.sql("SELECT 1 FROM tabRun WHERE name = {}".format(name))',
		"frappe.db.sql(\"SELECT 1 FROM tabRun WHERE name = '%s'\" % name)",
		'frappe.db.sql("SELECT 1 FROM tabRun WHERE name = " + name, as_dict=True)',
		'query = f"DELETE FROM {table}"\nfrappe.db.sql(query)',
		"frappe.db.sql(query=statement)",
		'frappe.db.multisql({"mariadb": f"SELECT {column}"})',
		'run.where(LiteralValue(f"name = {name}"))',
	],
	"unsafe-method": [
		"@frappe.whitelist()\ndef pay(run: str): ...",
		"@frappe.whitelist\ndef pay(run: str): ...",
		'@whitelist(methods=["GET", "POST"])\ndef pay(run: str): ...',
		'@frappe.whitelist(methods=["GET"])\ndef get_run(run: str):\n\tfrappe.get_doc("Run", run).save()',
		'@frappe.whitelist()\ndef get_run(run: str):\n\tfrappe.new_doc("Run").insert()',
		'@frappe.whitelist()\ndef get_run(run: str):\n\tfrappe.db.set_value("Run", run, "seen", 1)',
	],
	"untyped-argument": [
		'@frappe.whitelist(methods=["POST"])\ndef pay(run, amount: float): ...',
		"@frappe.whitelist()\ndef get_run(*, run): ...",
		"@frappe.whitelist()\ndef get_run(**values): ...",
		"class Run(Document):\n\t@frappe.whitelist()\n\tdef get_items(self, state): ...",
	],
	"open-to-guests": ["@frappe.whitelist(allow_guest=True)\ndef get_run(run: str): ..."],
	"changed-user": [
		'frappe.set_user("Administrator")',
		"from frappe import set_user",
		"call_later(frappe.set_user, user)",
	],
	"ignored-permissions": [
		"run.insert(ignore_permissions=True)",
		"run.insert(ignore_permissions=is_ours)",
		"run.flags.ignore_permissions = True",
		'run.flags["ignore_permissions"] = True',
		'run.flags.update({"ignore_permissions": True})',
	],
	"manual-commit": ["frappe.db.commit()", "call_later(frappe.db.commit)", "self.db.commit()"],
	"unread-permission": [
		'frappe.has_permission("Run", "read")',
		'frappe.has_permission("Run", "read", throw=False)',
		'run.has_permission("read")',
	],
	"event-for-everybody": [
		'frappe.publish_realtime("progress", {"done": 1})',
		'frappe.publish_realtime("progress", {"done": 1}, after_commit=True)',
	],
	"evaluated-text": [
		"eval(text)",
		"exec(text)",
		"frappe.safe_eval(text)",
		"safe_exec(text)",
		"frappe.render_template(text, values)",
	],
	"unescaped-argument": [
		'def refuse(name):\n\tfrappe.throw(_("There is no {0}.").format(name))',
		'def refuse(name):\n\tfrappe.throw(_("There is no {name}.").format(name=name))',
		'def refuse(name):\n\tfrappe.msgprint(f"There is no {name}.")',
		'def refuse(name):\n\tthrow(_("There is no {0}.").format(name))',
	],
	"untranslated-sentence": [
		'frappe.throw("Choose a run.")',
		'frappe.throw("Choose {0}.".format(run))',
		'frappe.throw("Choose %s." % run)',
		'frappe.throw(f"Run {run} is over.", RunOver)',
		'frappe.throw(_("Choose a run."), title="Nothing chosen")',
		'def refuse(run):\n\tsentence = "Run {0} is over."\n\tfrappe.throw(sentence.format(run))',
		'frappe.throw("<br>".join([_("Choose a run."), "Or none."]))',
		'frappe.throw(_("Choose a run.") if run else "There is none.")',
		'msgprint("Done", indicator="green")',
		'frappe.msgprint(msg="Done")',
		'frappe.sendmail(recipients, subject="Done", message=text)',
		'raise RunOver("The run is over.")',
		'raise RunOver(f"Run {run} is over.") from error',
		'raise errors.SelectionRefused(["nothing is chosen"])',
		'raise RunOver(message("Run {0} is over.", run))',
		'raise RunOver(message(_("Run {0} is over."), run).text())',
		'columns = [{"fieldname": "run", "label": "Run"}]',
	],
}

RIGHT = {
	"built-sql": [
		'frappe.db.sql("SELECT 1 FROM tabRun WHERE name = %s", (name,))',
		'frappe.db.sql("SELECT 1"\n\t" FROM tabRun", as_dict=True)',
		'frappe.db.multisql({"mariadb": "SELECT 1", "postgres": "SELECT 1"})',
		'CustomFunction("UTC_TIMESTAMP", ["precision"])',
		"query.run(as_dict=True)",
	],
	"unsafe-method": [
		'@frappe.whitelist(methods=["POST"])\ndef pay(run: str):\n\tfrappe.get_doc("Run", run).save()',
		'@frappe.whitelist(methods=["GET"])\ndef get_run(run: str):\n\treturn describe(run)',
		"@frappe.whitelist()\ndef get_run(run: str):\n\trows.insert(0, run)",
		"def pay(run): ...",
	],
	"untyped-argument": [
		"@frappe.whitelist()\ndef get_run(run: str, *, newest: bool = False): ...",
		"class Run(Document):\n\t@frappe.whitelist()\n\tdef get_items(self, state: str): ...",
		"def describe(run): ...",
	],
	"open-to-guests": ["@frappe.whitelist(allow_guest=False)\ndef get_run(run: str): ..."],
	"changed-user": ["user = frappe.session.user"],
	"ignored-permissions": [
		"run.insert(ignore_permissions=False)",
		"if run.flags.ignore_permissions:\n\tpass",
	],
	"manual-commit": ["repository.commit()", "frappe.db.rollback()"],
	"unread-permission": [
		'frappe.has_permission("Run", "read", throw=True)',
		'if not frappe.has_permission("Run", "read"):\n\traise frappe.PermissionError',
		'may_read = frappe.has_permission("Run", "read")',
	],
	"event-for-everybody": [
		'frappe.publish_realtime("progress", {"done": 1}, user=user)',
		'frappe.publish_realtime("progress", {"done": 1}, doctype="Run", docname=name)',
		'frappe.publish_realtime("progress", {"done": 1}, room)',
	],
	"evaluated-text": ['frappe.render_template("run.html", values)', "connection.execute(statement)"],
	"unescaped-argument": [
		'def refuse(name):\n\tfrappe.throw(_("There is no {0}.").format(escape_html(name)))',
		'def refuse(name):\n\tfrappe.throw(f"There is no {escape_html(name)}.")',
		'def refuse(name):\n\traise Refused(_("There is no {0}.").format(name))',
		'def refuse(name):\n\tfrappe.throw(_("At most {0}.").format(LIMIT), title=_("Run"))',
	],
	"untranslated-sentence": [
		'frappe.throw(_("Choose a run."), title=_("Nothing chosen"))',
		'frappe.throw("<br>".join(escape_html(sentence) for sentence in sentences))',
		'def refuse(run):\n\tsentence = _("Run {0} is over.")\n\tfrappe.throw(sentence.format(run))',
		'raise RunOver(message(_("Run {0} is over."), run))',
		'raise SelectionRefused([Problem("Bank Transaction", name, reason)])',
		'raise Difference([f"{name}: {error}"])',
		'raise AssertionError("unreachable: the last attempt returns or raises")',
		'raise click.UsageError("Give either --invoices or --advice.")',
		'columns = [{"fieldname": "run", "label": _("Run")}]',
		'logger.warning("Run %s: refused: %s", run, error)',
	],
}


def cases(snippets: dict[str, list[str]]) -> list[tuple[str, str]]:
	"""A pair of rule and code for every snippet."""
	return [(rule, source) for rule, sources in snippets.items() for source in sources]


@pytest.mark.parametrize(("rule", "source"), cases(BROKEN))
def test_what_is_wrong_is_found(rule: str, source: str) -> None:
	assert rule in {one.rule for one in findings(source)}


@pytest.mark.parametrize(("rule", "source"), cases(RIGHT))
def test_what_is_right_is_let_be(rule: str, source: str) -> None:
	assert not list(findings(source, rules=(rule,)))


def test_every_rule_is_tried() -> None:
	assert set(BROKEN) == set(RIGHT) == set(RULES)


def test_a_finding_says_where() -> None:
	source = "def pay():\n\tdef later():\n\t\tfrappe.db.commit()\n"
	(found,) = findings(source, "app/jobs.py")
	assert (found.place, found.line) == ("app/jobs.py: pay.later", 3)
