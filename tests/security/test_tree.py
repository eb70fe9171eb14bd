"""The app's own code keeps the rules, but for the known places."""

from __future__ import annotations

import json
from functools import cache

from tests.security import python_rules, script_rules
from tests.security.findings import APP, ROOT, Finding, files, is_product, name_of
from tests.security.known_places import KNOWN_PLACES

MESSAGES = {name: rule.message for name, rule in (python_rules.RULES | script_rules.RULES).items()}


@cache
def all_findings() -> tuple[Finding, ...]:
	"""What the rules find anywhere in the repository, at known places too."""
	found: list[Finding] = []
	for path in files(".py"):
		name = name_of(path)
		rules = [
			rule for rule, (*_, everywhere) in python_rules.RULES.items() if everywhere or is_product(name)
		]
		found += python_rules.findings(path.read_text(), name, tuple(rules))
	for path in files(".js"):
		found += script_rules.findings(path.read_text(), name_of(path))
	return tuple(found)


def test_no_rule_is_broken_but_at_known_places() -> None:
	unknown = [one for one in all_findings() if one.place not in KNOWN_PLACES.get(one.rule, {})]
	lines = [f"{one.path}:{one.line}: {one.rule}: {MESSAGES[one.rule]}" for one in unknown]
	assert not lines, "\n".join(["", *lines])


def test_known_places_are_still_there() -> None:
	"""What is not broken any more needs no leave."""
	found = {(one.rule, one.place) for one in all_findings()}
	assert {(rule, place) for rule, places in KNOWN_PLACES.items() for place in places} <= found


def test_the_rules_see_the_whole_app() -> None:
	"""A folder that moves must not slip out of sight, nor a script that cannot be parsed."""
	names = {name_of(path) for path in [*files(".py"), *files(".js")]}
	assert {f"{APP}/hooks.py", f"{APP}/public/js/bulk_reconciliation/candidate_table.js"} <= names
	assert not [path for path in files(".js") if script_rules.parse(path.read_text()).has_error]


def test_no_doctype_is_for_everybody() -> None:
	"""The roles All and Guest are also those of customers on the website."""
	for path in (ROOT / APP).rglob("doctype/*/*.json"):
		roles = {permission["role"] for permission in json.loads(path.read_text()).get("permissions", [])}
		assert not roles & {"All", "Guest"}, path
