"""What the rules for JavaScript ask of a syntax tree."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node


def nodes(node: Node) -> Iterator[Node]:
	yield node
	for child in node.children:
		yield from nodes(child)


def field(node: Node | None, name: str) -> Node | None:
	return node.child_by_field_name(name) if node else None


def text_of(node: Node | None) -> str:
	return node.text.decode() if node and node.text else ""


def last_name(node: Node | None) -> str:
	"""`off` of `frappe.realtime.off`, and of `off` alone."""
	return text_of(field(node, "property") or node)


def arguments(call: Node) -> list[Node]:
	listed = field(call, "arguments")
	return listed.named_children if listed else []


def own_text(template: Node) -> str:
	"""A template without what is put into it."""
	return "".join(text_of(part) for part in template.children if part.type != "template_substitution")


def terms_of(node: Node) -> list[Node]:
	"""The terms of `a + b + c`."""
	if node.type != "binary_expression" or text_of(field(node, "operator")) != "+":
		return [node]
	return [*terms_of(node.children[0]), *terms_of(node.children[-1])]


def bindings(scope: Node) -> Iterator[tuple[Node, Node | None]]:
	"""The arguments of a function, the constants and variables of a block, with their values."""
	for parameters in (field(scope, "parameters"), field(scope, "parameter")):
		if parameters:
			yield from ((pattern, None) for pattern in parameters.named_children or [parameters])
	for declaration in scope.named_children if scope.type in ("statement_block", "program") else []:
		for declarator in declaration.named_children:
			name = field(declarator, "name")
			if declarator.type == "variable_declarator" and name:
				yield name, field(declarator, "value")


def binding_of(name: Node) -> tuple[Node, Node | None] | None:
	"""What gives a name its value, and the value, in the innermost scope that knows it."""
	scope: Node | None = name.parent
	while scope:
		for pattern, value in bindings(scope):
			if name.text in names_in(pattern):
				return pattern, value
		scope = scope.parent
	return None


def names_in(pattern: Node) -> set[bytes | None]:
	kinds = ("identifier", "shorthand_property_identifier_pattern")
	return {node.text for node in nodes(pattern) if node.type in kinds}
