"""Fixtures of the tests in a real browser on real Desk."""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.bench.bench import Bench
from tests.bench.prepare import build_assets
from tests.desk.desk_page import DeskPage

_numbers = itertools.count(1)


def find_chromium() -> str | None:
	"""The browser that is installed: `$CHROMIUM`, else Debian's, else None."""
	return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser(bench: Bench) -> Iterator:
	"""Headless Chromium, and the scripts of this checkout built for it."""
	executable = find_chromium()
	if executable is None:
		pytest.skip("no Chromium: install the package chromium to run these tests")
	playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
	build_assets(bench)
	with playwright.sync_playwright() as started:
		browser = started.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
		yield browser
		browser.close()


@pytest.fixture(scope="session")
def accountant(bench: Bench) -> dict:
	"""Somebody with the role Accounts User and no other."""
	return bench.call("scenes.make_user", name="accountant", roles=["Accounts User"])


@pytest.fixture(scope="session")
def logins(bench: Bench, browser: object) -> Iterator[Callable[[dict], Any]]:
	"""The browser context of a user, who logs in once: what Desk loads then comes from its cache."""
	contexts: dict[str, Any] = {}

	def login_of(user: dict) -> Any:
		name = user["user"]
		contexts[name] = contexts.get(name) or DeskPage.log_in(bench, browser, user)
		return contexts[name]

	yield login_of
	for context in contexts.values():
		context.close()


@pytest.fixture
def open_desk(
	bench: Bench, logins: Callable[[dict], Any], accountant: dict
) -> Iterator[Callable[..., DeskPage]]:
	"""Open a tab of Desk, of the accountant or of the `user` given; tabs of one user share a login.

	No tab finds what one of another test has kept for the pages to come.
	"""
	pages: list[DeskPage] = []

	def open_page(user: dict | None = None) -> DeskPage:
		pages.append(DeskPage(bench, logins(user or accountant).new_page()))
		return pages[-1]

	yield open_page
	for page in pages:
		page.forget()
	for page in pages:
		page.page.close()


@pytest.fixture
def desk(open_desk: Callable[..., DeskPage]) -> Iterator[DeskPage]:
	"""The accountant's tab. Whatever went wrong in its scripts fails the test."""
	page = open_desk()
	yield page
	assert page.errors == []


@pytest.fixture
def mark() -> str:
	"""A text that is in the documents of this test alone."""
	return f"MARK-{int(time.time())}-{next(_numbers)}"
