"""The sandbox's page in a real browser: the product's own progress modules over Socket.IO."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.database import create_database
from sandbox.seed import seed_deposit
from sandbox.services import Services, running_sandbox
from tests.accessibility import grave_problems

COUNT = 2000
STEPS = ["Queued", "Posting", "Matching", "Completed"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
	with running_sandbox() as services:
		connection = create_database(services.workplace.database)
		seed_deposit(connection, COUNT)
		yield services
		connection.close()


@pytest.fixture
def page(services: Services) -> Iterator[Any]:
	"""The page in a tab of its own; a script error fails the test."""
	if CHROMIUM is None:
		pytest.skip("no Chromium on this machine: install it (package chromium) to test the page")
	from playwright.sync_api import sync_playwright

	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
		page = browser.new_page()
		errors: list[str] = []
		page.on("pageerror", lambda error: errors.append(str(error)))
		page.goto(services.workplace.page_address)
		page.wait_for_selector("#invoices tr")
		yield page
		browser.close()
	assert errors == []


def wait_for_status(page: Any, status: str) -> None:
	page.wait_for_selector(f'#progress[data-status="{status}"]', timeout=60_000)


def facts(page: Any) -> dict:
	"""What the page says of the deposit."""
	pairs = page.locator("#deposit div").all()
	return {pair.locator("dt").inner_text(): pair.locator("dd").inner_text() for pair in pairs}


def test_a_run_from_click_to_end(page: Any) -> None:
	"""Reconcile, reload in the middle, complete, undo, and start again on another deposit."""
	assert grave_problems(page) == []
	page.click("#start")
	page.wait_for_selector("#progress [role=progressbar]")
	page.reload()
	wait_for_status(page, "Completed")
	bar = page.locator("#progress [role=progressbar]")
	assert bar.get_attribute("aria-valuenow") == "100"
	assert grave_problems(page) == []
	page.wait_for_function("document.querySelector('#deposit').innerText.includes('\\n0.00')")
	page.click("#undo")
	wait_for_status(page, "Rolled Back")
	page.wait_for_function("!document.querySelector('#another').disabled")
	assert facts(page)["Unallocated"] == facts(page)["Amount"]
	page.click("#another")
	page.wait_for_function("document.querySelector('#deposit').innerText.includes('BT-0002')")
	page.click("#start")
	wait_for_status(page, "Completed")


def test_it_opens_with_a_picture_of_what_happens(page: Any) -> None:
	"""Four steps in a row above all else, each with its name."""
	picture = page.locator("main > section:first-child #picture")
	steps = picture.locator("li")
	assert steps.evaluate_all("steps => steps.map(step => step.dataset.step)") == STEPS
	assert all(name.strip() for name in steps.locator("b").all_inner_texts())
	boxes = [step.bounding_box() for step in steps.all()]
	assert len({box["y"] for box in boxes}) == 1 and all(box["width"] > 100 for box in boxes)
	assert "all is undone" in page.locator("#otherwise").inner_text()
	bottom = boxes[0]["y"] + boxes[0]["height"]
	assert 0 < bottom < page.viewport_size["height"] / 2


def test_the_books_are_for_who_knows_the_token(services: Services) -> None:
	address = services.workplace.page_address.split("?")[0]
	for headers in ({}, {"Authorization": "Bearer guessed"}):
		assert requests.get(f"{address}api/books", headers=headers, timeout=10).status_code == 403
		assert requests.post(f"{address}api/start", headers=headers, timeout=10).status_code == 403
	assert requests.get(f"{address}modules/../../hooks.py", timeout=10).status_code == 404
