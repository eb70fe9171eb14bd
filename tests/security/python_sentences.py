"""Sentences that a user reads in English, whatever their language, since nothing translates them."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Arguments that are shown: how many at the beginning, and by which names.
SHOWN = {"throw": 1, "msgprint": 1, "message": 1, "publish_progress": 0, "sendmail": 0}
SHOWN_KEYWORDS = {"description", "msg", "subject", "title"}
SHOWN_KEYS = {"description", "label", "message", "placeholder", "subject", "title"}
# Of faults in the code, and of the command line, which speaks English as bench does.
UNSEEN_ERRORS = {name for name, value in vars(builtins).items() if isinstance(value, type)}
COMMAND_LINE = "click."
MARKUP = re.compile(r"<[^>]*>|{[^}]*}|%\(?\w*\)?s")
WORD = re.compile(r"[^\W\d_]{2,}")


def untranslated_sentence(node: ast.AST, functions: tuple[Function, ...]) -> bool:
	"""What is thrown, shown, raised, or labels something, and is words without a translation around them."""
	return any(_is_bare(shown, functions) for shown in _shown(node))


def _shown(node: ast.AST) -> Iterator[ast.expr]:
	"""What a user reads of a node."""
	if isinstance(node, ast.Call) and called(node) in SHOWN:
		yield from node.args[: SHOWN[called(node)]]
		yield from (keyword.value for keyword in node.keywords if keyword.arg in SHOWN_KEYWORDS)
	elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _is_seen(node.exc):
		yield from node.exc.args
	elif isinstance(node, ast.Dict):
		for key, value in zip(node.keys, node.values, strict=True):
			if isinstance(key, ast.Constant) and key.value in SHOWN_KEYS:
				yield value


def _is_seen(error: ast.Call) -> bool:
	return called(error) not in UNSEEN_ERRORS and not dotted(error.func).startswith(COMMAND_LINE)


def _is_bare(value: ast.expr, functions: tuple[Function, ...]) -> bool:
	"""Whether an expression is, or may turn out as, words that stand in the code.

	What a function returns, `_` before all, is taken to be translated there; but not the text of a `message`.
	"""
	if isinstance(value, ast.Constant):
		return isinstance(value.value, str) and bool(WORD.search(MARKUP.sub("", value.value)))
	if _is_english(value):
		return True
	if isinstance(value, ast.Name):
		return any(_is_bare(one, functions[:-1]) for one in _assigned(value.id, functions))
	return any(_is_bare(part, functions) for part in _parts(value))


def _is_english(value: ast.expr) -> bool:
	"""The text of a `message`, as it is if nobody says in which language."""
	if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute) or value.args:
		return False
	made = value.func.value
	return value.func.attr == "text" and isinstance(made, ast.Call) and called(made) == "message"


def _parts(value: ast.expr) -> list[ast.expr]:
	"""What an expression may turn out as, or is put together from."""
	if isinstance(value, ast.JoinedStr):
		return [part for part in value.values if isinstance(part, ast.Constant)]
	if isinstance(value, ast.BinOp):
		return [value.left, value.right]
	if isinstance(value, ast.BoolOp):
		return value.values
	if isinstance(value, ast.IfExp):
		return [value.body, value.orelse]
	if isinstance(value, ast.List | ast.Tuple):
		return value.elts
	if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
		joined = value.args if value.func.attr == "join" else []
		return [value.func.value, *joined] if value.func.attr in ("format", "join") else []
	return []


def _assigned(name: str, functions: tuple[Function, ...]) -> Iterator[ast.expr]:
	"""All that a name is given in the function."""
	for node in ast.walk(functions[-1]) if functions else ():
		if isinstance(node, ast.Assign) and any(dotted(target) == name for target in node.targets):
			yield node.value


def dotted(node: ast.AST) -> str:
	"""`frappe.db.sql` as text; a part that is no name is left out."""
	if isinstance(node, ast.Attribute):
		return f"{dotted(node.value)}.{node.attr}"
	return node.id if isinstance(node, ast.Name) else ""


def called(call: ast.Call) -> str:
	"""The last part of the name of what is called."""
	return dotted(call.func).rpartition(".")[2]
