"""What axe-core says of a page, in the light and in the dark theme."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe

GRAVE = ("serious", "critical")
# Longer than the dialogs and bars of Desk move.
SETTLED = 600


def grave_problems(page: Any, within: str | None = None, beside: tuple[str, ...] = ()) -> list[str]:
	"""What is serious or critical on a page of playwright, one text for each element and theme.

	within: a selector of what is looked at, else all of it; beside: selectors of what is not
	"""
	found = []
	for theme in ("dark", "light"):
		page.emulate_media(color_scheme=theme)
		page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
		page.wait_for_timeout(SETTLED)
		found += [f"{theme}: {problem}" for problem in _problems(page, within, beside)]
	return found


def _problems(page: Any, within: str | None, beside: tuple[str, ...]) -> Iterator[str]:
	context: dict[str, list[str]] = {"exclude": list(beside)}
	if within:
		context["include"] = [within]
	for rule in Axe().run(page, context).response["violations"]:
		if rule["impact"] in GRAVE:
			for node in rule["nodes"]:
				yield f"{rule['id']}: {node['html']}: {node['failureSummary']}"
