"""Each rule for JavaScript finds what it is for, and lets be what is right."""

from __future__ import annotations

import pytest

from tests.security.script_rules import RULES, findings
from tests.security.test_python_rules import cases

BROKEN = {
	"every-listener-off": [
		'frappe.realtime.off("progress");',
		"EVENTS.forEach((event) => frappe.realtime.off(event));",
		'frappe.socketio.socket.off("progress");',
	],
	"evaluated-text": [
		"eval(text);",
		"window.eval(text);",
		'new Function("run", text);',
		'setTimeout("reload()", 100);',
		"setTimeout(`show(${run})`, 100);",
	],
	"written-html": [
		"element.innerHTML = text;",
		"element.innerHTML += text;",
		"element.outerHTML = text;",
		'element.insertAdjacentHTML("beforeend", text);',
		"document.write(text);",
	],
	"unescaped-value": [
		"place.html(`<b>${run.reason}</b>`);",
		"place.append(`<b>${run.reason}</b>`);",
		"const row = (item) => `<td>${item.party}</td>`;",
		"const row = ({ party }) => `<td>${party}</td>`;",
		"const row = (item) => `<td>${item['party']}</td>`;",
		"function row(item) { const { party } = item; return `<td>${party}</td>`; }",
		"function row(item) { const party = item.party; return `<td>${party}</td>`; }",
		"const row = (item) => `<td>${item.party || __('none')}</td>`;",
		"const row = (item) => `<td>${item.party ? item.party : ''}</td>`;",
		"const row = (item) => `<td>${item.has_party && item.party}</td>`;",
		"const row = (item) => `<td>${`${item.party}, ${item.name}`}</td>`;",
		"const row = (item) => '<td>' + item.party + '</td>';",
		"place.html(run.reason);",
		"place.html(run.reason || '');",
	],
	"untranslated-sentence": [
		'frappe.msgprint("Select a run first.");',
		"frappe.msgprint(`Run ${run} is over.`);",
		'frappe.msgprint("Run " + run);',
		'frappe.show_alert("Done");',
		'frappe.show_alert({ message: "Done", indicator: "green" });',
		'frappe.confirm("Undo all payments?", undo);',
		'frappe.throw(run ? __("Over") : "There is no run.");',
		'function tell() { const message = "Done"; frappe.show_alert({ message, indicator: "green" }); }',
		'function tell() { const sentence = "Done"; frappe.msgprint(sentence); }',
		'frm.set_intro("The run is over.", "red");',
		'frm.add_custom_button("Undo", undo, __("Actions"));',
		'frm.add_custom_button(__("Undo"), undo, "Actions");',
		'dialog.set_primary_action("Submit", submit);',
		'const fields = [{ fieldname: "run", label: "Run" }];',
		'new frappe.ui.Dialog({ title: "Choose", primary_action_label: __("Submit") });',
		'$button.attr("aria-label", "Close");',
		'$button.attr("title", `Undo ${run}`);',
		'button.setAttribute("placeholder", "Find");',
		'$place.text("Nothing was found.");',
		'place.textContent = "Nothing was found.";',
		"const cell = () => `<td>Nothing</td>`;",
		"$('<p>No run</p>').appendTo(place);",
		'const cell = () => `<td title="What it is">${escape(text)}</td>`;',
	],
}

RIGHT = {
	"every-listener-off": [
		'frappe.realtime.off("progress", this.on_event);',
		'$(page).off("hide.bulk-run");',
		"this.watcher.off();",
	],
	"evaluated-text": [
		"setTimeout(() => this.read(), 100);",
		"setTimeout(this.read, 100);",
		"model.evaluate(text);",
	],
	"written-html": ["element.textContent = text;", "memory.write(names);", "element.append(node);"],
	"unescaped-value": [
		"place.html(`<b>${frappe.utils.escape_html(run.reason)}</b>`);",
		"place.html(`<b>${__('None')}</b>`);",
		"place.html(`<ul>${lines.map(line).join('')}</ul>`);",
		"place.html(`<b>${rows.length}</b>`);",
		"place.text(run.reason);",
		"place.html(this.failures(run.failures));",
		"place.html($('<p>').text(run.reason));",
		"const row = (item) => `<td>${item.party ? link(item.party) : ''}</td>`;",
		"function row(item) { const party = escape(item.party); return `<td>${party}</td>`; }",
		"const address = `${run.host}/${run.name}`;",
		"const is_less = count < run.total + 1;",
	],
	"untranslated-sentence": [
		'frappe.msgprint(__("Select a run first."));',
		'frappe.show_alert({ message: __("Done"), indicator: "green" });',
		'function tell() { const message = __("Done"); frappe.show_alert({ message, indicator: "green" }); }',
		'frm.set_intro(frappe.utils.escape_html(frm.doc.reason), "red");',
		'const choices = [{ value: ".", label: "1,234.50" }];',
		'const fields = [{ fieldname: "run", label: __("Run"), options: "Bulk Reconciliation Run" }];',
		'$button.attr("aria-expanded", "true");',
		"const cell = (row) => `<td class=\"run text-muted\">${__('None')}</td>`;",
		"const many = () => `<b>${rows.length}</b> / ${total} &nbsp;`;",
		'$(".bulk-dialog").text(__("None"));',
	],
}


@pytest.mark.parametrize(("rule", "source"), cases(BROKEN))
def test_what_is_wrong_is_found(rule: str, source: str) -> None:
	assert rule in {one.rule for one in findings(source)}


@pytest.mark.parametrize(("rule", "source"), cases(RIGHT))
def test_what_is_right_is_let_be(rule: str, source: str) -> None:
	assert rule not in {one.rule for one in findings(source)}


def test_every_rule_is_tried() -> None:
	assert set(BROKEN) == set(RIGHT) == set(RULES)


def test_an_included_file_hides_nothing_and_moves_no_line() -> None:
	(found,) = findings('{% include "app/run.js" %}\n\neval(text);\n')
	assert (found.rule, found.line) == ("evaluated-text", 3)
