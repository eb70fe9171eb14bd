"""Sentences that a user reads in English, whatever their language, since nothing translates them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from tests.security.script_nodes import arguments, binding_of, field, last_name, own_text, text_of

# Functions with the places of their arguments that are shown.
SHOWN: dict[str, tuple[int, ...]] = {
	**dict.fromkeys(("msgprint", "throw", "show_alert", "set_intro", "confirm", "alert", "text"), (0,)),
	**dict.fromkeys(("set_title", "set_primary_action", "set_secondary_action_label", "set_message"), (0,)),
	**dict.fromkeys(
		("set_primary_action_label", "add_action_item", "add_menu_item", "add_inner_button"), (0,)
	),
	"add_custom_button": (0, 2),
	"prompt": (2, 3),
	"warn": (0, 1),
}
SHOWN_KEYS = {
	*("aria-label", "ariaLabel", "description", "label", "message", "placeholder", "primary_action_label"),
	*("secondary_action_label", "subtitle", "textContent", "title", "tooltip"),
}
SHORTHAND = "shorthand_property_identifier"
SETS_ATTRIBUTE = {"attr", "prop", "setAttribute"}
MARKUP = re.compile(r"<[^>]*>|&\w+;|{\d+}")
TAG = re.compile(r"<[a-zA-Z/][^>]*>")
ATTRIBUTE = re.compile(r"""(?:title|placeholder|aria-label)=["']([^"']*)""")
WORD = re.compile(r"[^\W\d_]{2,}")


def untranslated_sentence(node: Node) -> bool:
	"""What is shown, or labels something, or stands between tags, and is words without `__` around them."""
	if node.type in ("string", "template_string"):
		text = own_text(node)
		named = any(WORD.search(found) for found in ATTRIBUTE.findall(text))
		return named or (bool(TAG.search(text)) and _has_words(node))
	return any(_is_bare(shown) for shown in _shown(node))


def _shown(node: Node) -> Iterator[Node]:
	"""What a user reads of a node."""
	if node.type == "call_expression":
		yield from _shown_arguments(node)
	elif node.type == "pair" and text_of(field(node, "key")).strip("\"'") in SHOWN_KEYS:
		yield from _some(field(node, "value"))
	elif node.type == SHORTHAND and text_of(node) in SHOWN_KEYS:
		yield node
	elif node.type == "assignment_expression" and last_name(field(node, "left")) in SHOWN_KEYS:
		yield from _some(field(node, "right"))


def _shown_arguments(call: Node) -> Iterator[Node]:
	name, given = last_name(field(call, "function")), arguments(call)
	yield from (given[place] for place in SHOWN.get(name, ()) if place < len(given))
	if name in SETS_ATTRIBUTE and len(given) > 1 and text_of(given[0]).strip("\"'") in SHOWN_KEYS:
		yield given[1]


def _some(node: Node | None) -> Iterator[Node]:
	if node:
		yield node


def _is_bare(node: Node) -> bool:
	"""Whether an expression is, or may turn out as, words that stand in the code.

	What a function returns, `__` before all, is taken to be translated there.
	"""
	if node.type in ("string", "template_string"):
		return _has_words(node)
	if node.type in ("identifier", SHORTHAND):
		return _is_bound_bare(node)
	return any(_is_bare(part) for part in _parts(node))


def _has_words(text: Node) -> bool:
	return bool(WORD.search(MARKUP.sub(" ", own_text(text))))


def _parts(node: Node) -> list[Node]:
	"""What an expression may turn out as, or is put together from."""
	if node.type == "binary_expression":
		return [node.children[0], node.children[-1]]
	if node.type == "ternary_expression":
		return [part for name in ("consequence", "alternative") if (part := field(node, name))]
	return node.named_children if node.type == "parenthesized_expression" else []


def _is_bound_bare(name: Node) -> bool:
	"""Whether a name was given such words."""
	pattern, value = binding_of(name) or (name, None)
	return pattern.type == "identifier" and value is not None and _is_bare(value)
