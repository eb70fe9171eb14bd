"""What the app's JavaScript must not do, found in its syntax tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from tests.security.findings import Finding
from tests.security.script_nodes import (
	arguments,
	binding_of,
	field,
	last_name,
	nodes,
	own_text,
	terms_of,
	text_of,
)
from tests.security.script_sentences import untranslated_sentence

JAVASCRIPT = Language(tree_sitter_javascript.language())
MARKUP = re.compile(r"<[a-zA-Z/!]")
# Frappe puts the file in its place before a browser sees it; at the start of a line no JavaScript begins so.
INCLUDE = re.compile(r"^\{%.*%\}$", re.MULTILINE)
HTML_PROPERTIES = {"innerHTML", "outerHTML"}
HTML_FUNCTIONS = {"insertAdjacentHTML", "write", "writeln", "createContextualFragment"}
EVALUATES = {"eval", "Function"}
TIMERS = {"setTimeout", "setInterval"}
TEXTS = ("string", "template_string")


class Rule(NamedTuple):
	"""bites: whether the rule objects to a node"""

	message: str
	bites: Callable[[Node], bool]


def every_listener_off(node: Node) -> bool:
	"""`off` of the event alone silences every other listener of the page too."""
	function = field(node, "function")
	if node.type != "call_expression" or last_name(function) != "off":
		return False
	is_realtime = last_name(field(function, "object")) in ("realtime", "socket")
	return is_realtime and len(arguments(node)) < 2


def evaluated_text(node: Node) -> bool:
	"""Text that is run as code, also by a timer."""
	if node.type not in ("call_expression", "new_expression"):
		return False
	name = last_name(field(node, "function") or field(node, "constructor"))
	is_text = any(argument.type in TEXTS for argument in arguments(node)[:1])
	return name in EVALUATES or (name in TIMERS and is_text)


def written_html(node: Node) -> bool:
	"""What is made as nodes and set as text needs no escaping."""
	if node.type in ("assignment_expression", "augmented_assignment_expression"):
		return last_name(field(node, "left")) in HTML_PROPERTIES
	if node.type != "call_expression":
		return False
	function = field(node, "function")
	owner = last_name(field(function, "object"))
	name = last_name(function)
	return name in HTML_FUNCTIONS and (not name.startswith("write") or owner == "document")


def unescaped_value(node: Node) -> bool:
	"""A property of an object, put into HTML as it is: by a template, by `+`, or by jQuery's `html`."""
	if node.type == "template_string":
		return bool(MARKUP.search(own_text(node))) and _is_raw(node)
	if node.type == "binary_expression":
		terms = terms_of(node)
		return any(term.type == "string" and MARKUP.search(text_of(term)) for term in terms) and _is_raw(node)
	if node.type == "call_expression" and last_name(field(node, "function")) == "html":
		return any(_is_raw(argument) for argument in arguments(node)[:1])
	return False


RULES = {
	"every-listener-off": Rule("name the handler that is to go", every_listener_off),
	"evaluated-text": Rule("text is not run as code", evaluated_text),
	"written-html": Rule("make nodes and set their text", written_html),
	"untranslated-sentence": Rule("put _() or __() around what a user reads", untranslated_sentence),
	"unescaped-value": Rule("put frappe.utils.escape_html around what goes into HTML", unescaped_value),
}


def parse(source: str) -> Node:
	"""The syntax tree of a script, without the files that Frappe puts into it."""
	return Parser(JAVASCRIPT).parse(INCLUDE.sub("", source).encode()).root_node


def findings(source: str, path: str = "") -> Iterator[Finding]:
	"""Everything in a script that one of the rules objects to."""
	for node in nodes(parse(source)):
		for rule, (_message, bites) in RULES.items():
			if bites(node):
				yield Finding(rule, path, "", node.start_point[0] + 1)


def _is_raw(node: Node) -> bool:
	"""Whether an expression is, or may turn out as, a property that nothing has escaped.

	What a function returns is taken to be escaped there; a `length` is a number.
	"""
	if node.type in ("member_expression", "subscript_expression"):
		return last_name(node) != "length"
	if node.type == "identifier":
		return _is_bound_raw(node)
	return any(_is_raw(part) for part in _parts(node))


def _parts(node: Node) -> list[Node]:
	"""What an expression may turn out as, or is put together from."""
	if node.type == "template_string":
		return [part.named_children[0] for part in node.children if part.type == "template_substitution"]
	if node.type == "binary_expression":
		is_condition = text_of(field(node, "operator")) == "&&"
		return [node.children[-1]] if is_condition else [node.children[0], node.children[-1]]
	if node.type == "ternary_expression":
		return [part for name in ("consequence", "alternative") if (part := field(node, name))]
	return node.named_children if node.type == "parenthesized_expression" else []


def _is_bound_raw(name: Node) -> bool:
	"""Whether a name was taken from an object."""
	pattern, value = binding_of(name) or (name, None)
	return pattern.type == "object_pattern" or bool(value and _is_raw(value))
