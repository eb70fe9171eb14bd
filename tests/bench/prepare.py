"""Put this checkout into a bench: link it, install it, bring the site up to date; build its assets.

Does what `bench get-app` and `bench install-app` do, without a copy, so that the tests see this checkout.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.bench.bench import APP, CHECKOUT, Bench


def prepare(bench: Bench) -> None:
	"""Make the bench run this checkout, whatever it had before."""
	_link(bench.path / "apps" / APP)
	_install_package(bench)
	_list_app(bench.path / "sites/apps.txt")
	bench.run("clear-cache")
	if APP not in bench.run("list-apps").stdout:
		bench.run("install-app", APP)
	bench.run("migrate", "--skip-search-index")


def _link(link: Path) -> None:
	if link.is_symlink():
		link.unlink()
	elif link.exists():
		raise SystemExit(f"{link} is no link: move it away, its place is needed for this checkout")
	link.symlink_to(CHECKOUT)


def _install_package(bench: Bench) -> None:
	words = [str(bench.python), "-m", "pip", "install", "--quiet", "--editable", str(CHECKOUT)]
	subprocess.run(words, check=True, cwd=bench.path)


def _list_app(apps: Path) -> None:
	names = apps.read_text().split()
	if APP not in names:
		apps.write_text("\n".join([*names, APP]) + "\n")


def build_assets(bench: Bench) -> None:
	"""Build this checkout's scripts and styles for a bench.

	Its folder for them is in the checkout: what was built for another bench is gone.
	"""
	words = [str(bench.python), "-m", "frappe.utils.bench_helper", "frappe", "build", "--app", APP]
	subprocess.run(
		words, check=True, cwd=bench.path / "sites", env=bench.environment, stdout=subprocess.DEVNULL
	)
