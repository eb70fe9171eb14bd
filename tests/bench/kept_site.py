"""A site whose database is afterwards what it was before."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.bench import Bench

# Without the rights of a database's root, Frappe restores only a backup that leaves something out.
LEFT_OUT = "Error Log"


@contextmanager
def kept_site(bench: Bench) -> Iterator[None]:
	"""Give a site's database back what it had at the start of the scope, by Frappe's backup and restore."""
	with tempfile.TemporaryDirectory() as folder:
		bench.run("backup", "--exclude", LEFT_OUT, "--backup-path", folder)
		(backup,) = Path(folder).glob("*.sql.gz")
		try:
			yield
		finally:
			bench.run("partial-restore", str(backup))
