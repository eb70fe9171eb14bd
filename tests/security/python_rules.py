"""What the app's Python code must not do, found in its syntax tree.

Each rule is a function that looks at one node and says whether it objects. It knows what is called by the
last part of the name, so that `from frappe import set_user` hides nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.security.findings import Finding
from tests.security.python_sentences import called, dotted, untranslated_sentence

Function = ast.FunctionDef | ast.AsyncFunctionDef
Functions = tuple[Function, ...]

RAW_SQL = {"sql", "multisql", "sql_ddl", "sql_list", "LiteralValue", "PseudoColumn", "CustomFunction"}
WRITES = {"cancel", "db_insert", "db_set", "delete", "delete_doc", "enqueue", "save", "set_value", "submit"}
EVALUATES = {"eval", "exec", "safe_eval", "safe_exec"}
RECIPIENTS = {"user", "room", "doctype", "docname"}
SHOWS_HTML = {"throw", "msgprint"}


class Rule(NamedTuple):
	"""bites: whether the rule objects to a node inside of functions, outermost first"""

	message: str
	bites: Callable[[ast.AST, Functions], bool]
	everywhere: bool = False


def built_sql(node: ast.AST, _functions: Functions) -> bool:
	"""Only a statement that stands there literally cannot be changed by somebody's values."""
	if not isinstance(node, ast.Call) or called(node) not in RAW_SQL:
		return False
	given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "query")]
	texts = [value for one in given for value in (one.values if isinstance(one, ast.Dict) else [one])]
	return not all(isinstance(text, ast.Constant) for text in texts)


def unsafe_method(node: ast.AST, _functions: Functions) -> bool:
	"""A link in a mail is a GET request too, and GET requests are not asked for the CSRF token."""
	decorator = _whitelisting(node)
	if decorator is None or _only_posts(decorator):
		return False
	assert isinstance(node, Function)
	return not node.name.startswith("get_") or any(_writes(inner) for inner in ast.walk(node))


def untyped_argument(node: ast.AST, _functions: Functions) -> bool:
	"""Frappe checks the types of what a request brings, but only if they are given."""
	if _whitelisting(node) is None:
		return False
	assert isinstance(node, Function)
	return any(one.annotation is None and one.arg not in ("self", "cls") for one in _arguments(node))


def open_to_guests(node: ast.AST, _functions: Functions) -> bool:
	"""Nothing of this app is for somebody who is not logged in."""
	return isinstance(node, ast.keyword) and node.arg == "allow_guest" and not _is_off(node.value)


def changed_user(node: ast.AST, _functions: Functions) -> bool:
	"""Who becomes somebody else has that person's rights."""
	return _mentions(node, "set_user")


def ignored_permissions(node: ast.AST, _functions: Functions) -> bool:
	"""As an argument, as a flag, and as a key of a dictionary."""
	name = "ignore_permissions"
	if isinstance(node, ast.keyword):
		return node.arg == name and not _is_off(node.value)
	if isinstance(node, ast.Dict):
		return any(isinstance(key, ast.Constant) and key.value == name for key in node.keys)
	if isinstance(node, ast.Subscript):
		return isinstance(node.slice, ast.Constant) and node.slice.value == name
	return isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store)


def manual_commit(node: ast.AST, _functions: Functions) -> bool:
	"""Half of what a request does stays when its other half fails."""
	return _mentions(node, "commit") and dotted(node).endswith("db.commit")


def unread_permission(node: ast.AST, _functions: Functions) -> bool:
	"""`has_permission` only answers, unless it is told to throw."""
	if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
		return False
	throws = any(keyword.arg == "throw" and not _is_off(keyword.value) for keyword in node.value.keywords)
	return called(node.value) == "has_permission" and not throws


def event_for_everybody(node: ast.AST, _functions: Functions) -> bool:
	"""Without a recipient an event goes to every browser of the site."""
	if not isinstance(node, ast.Call) or called(node) != "publish_realtime":
		return False
	return len(node.args) < 3 and not any(keyword.arg in RECIPIENTS for keyword in node.keywords)


def evaluated_text(node: ast.AST, _functions: Functions) -> bool:
	"""Text that is run as code, or as a template."""
	if not isinstance(node, ast.Call):
		return False
	is_literal = bool(node.args) and isinstance(node.args[0], ast.Constant)
	return called(node) in EVALUATES or (called(node) == "render_template" and not is_literal)


def unescaped_argument(node: ast.AST, functions: Functions) -> bool:
	"""Desk shows messages as HTML. What a function was given may come from anywhere."""
	if not isinstance(node, ast.Call) or called(node) not in SHOWS_HTML or not functions or not node.args:
		return False
	given = {argument.arg for argument in _arguments(functions[-1])}
	put_in = [piece for inner in ast.walk(node.args[0]) for piece in _put_in(inner)]
	return any(isinstance(piece, ast.Name) and piece.id in given for piece in put_in)


RULES = {
	"built-sql": Rule("write the statement literally, and hand its values over as values", built_sql, True),
	"unsafe-method": Rule('an endpoint that writes takes methods=["POST"] alone', unsafe_method),
	"untyped-argument": Rule("give every argument of an endpoint its type", untyped_argument),
	"open-to-guests": Rule("endpoints are for users who are logged in", open_to_guests),
	"changed-user": Rule("frappe.set_user takes over somebody's rights", changed_user),
	"ignored-permissions": Rule("ask for the user's permissions", ignored_permissions),
	"manual-commit": Rule("Frappe commits at the end of a request or job", manual_commit),
	"unread-permission": Rule("read the answer of has_permission, or let it throw", unread_permission),
	"event-for-everybody": Rule("name who may get the event", event_for_everybody),
	"evaluated-text": Rule("text is not run as code", evaluated_text, True),
	"unescaped-argument": Rule("put escape_html around what comes from outside", unescaped_argument),
	"untranslated-sentence": Rule("put _() or __() around what a user reads", untranslated_sentence),
}


def findings(source: str, path: str = "", rules: tuple[str, ...] = tuple(RULES)) -> Iterator[Finding]:
	"""Everything in a module that one of the rules objects to."""
	for node, functions in _nodes(ast.parse(source), ()):
		for rule in rules:
			if RULES[rule].bites(node, functions):
				name = ".".join(function.name for function in functions)
				yield Finding(rule, path, name, getattr(node, "lineno", 0))


def _nodes(node: ast.AST, functions: Functions) -> Iterator[tuple[ast.AST, Functions]]:
	"""Every node, a function itself counting as inside of it."""
	inside = (*functions, node) if isinstance(node, Function) else functions
	yield node, inside
	for child in ast.iter_child_nodes(node):
		yield from _nodes(child, inside)


def _mentions(node: ast.AST, name: str) -> bool:
	"""Also without calling it: it may be handed to something that does."""
	is_imported = isinstance(node, ast.alias) and node.name == name
	is_named = isinstance(node, ast.Name | ast.Attribute) and dotted(node).rpartition(".")[2] == name
	return is_imported or is_named


def _is_off(value: ast.expr) -> bool:
	return isinstance(value, ast.Constant) and not value.value


def _arguments(function: Function) -> list[ast.arg]:
	listed = function.args
	several = [one for one in (listed.vararg, listed.kwarg) if one]
	return [*listed.posonlyargs, *listed.args, *listed.kwonlyargs, *several]


def _whitelisting(node: ast.AST) -> ast.expr | None:
	"""The decorator that makes a function an endpoint."""
	for decorator in node.decorator_list if isinstance(node, Function) else ():
		named = decorator.func if isinstance(decorator, ast.Call) else decorator
		if dotted(named).rpartition(".")[2] == "whitelist":
			return decorator
	return None


def _only_posts(decorator: ast.expr) -> bool:
	keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
	return any(
		keyword.arg == "methods"
		and isinstance(keyword.value, ast.List | ast.Tuple)
		and [getattr(method, "value", None) for method in keyword.value.elts] == ["POST"]
		for keyword in keywords
	)


def _writes(node: ast.AST) -> bool:
	"""Whether a node calls what writes; a list's `insert` takes arguments, a document's none."""
	if not isinstance(node, ast.Call):
		return False
	return called(node) in WRITES or (called(node) == "insert" and not node.args)


def _put_in(node: ast.AST) -> list[ast.expr]:
	"""What a node puts into a text as it is."""
	if isinstance(node, ast.FormattedValue):
		return [node.value]
	if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
		return [*node.args, *(keyword.value for keyword in node.keywords)]
	return []
