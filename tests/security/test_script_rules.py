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
