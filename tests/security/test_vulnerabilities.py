"""`make audit` finds what a service knows, and never takes silence for safety."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.security import vulnerabilities
from tests.security.vulnerabilities import NothingAudited, ask, installed, judge

KNOWN = {
	"id": "PYSEC-0000-1",
	"affected": [
		{
			"package": {"name": "werkzeug", "ecosystem": "PyPI"},
			"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.0.1"}]}],
		}
	],
}


class Service(BaseHTTPRequestHandler):
	"""Answers as OSV does; knows one vulnerability."""

	def do_POST(self) -> None:
		"""One package and its version are asked for."""
		asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
		is_vulnerable = (asked["package"]["name"], asked["version"]) == ("werkzeug", "3.0.0")
		self.send_response(200)
		self.end_headers()
		self.wfile.write(json.dumps({"vulns": [KNOWN]} if is_vulnerable else {}).encode())

	def log_message(self, *_: object) -> None:
		"""Say nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
	"""The options that let pip-audit ask a service on this machine."""
	monkeypatch.setenv("NO_PROXY", "127.0.0.1")
	with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
		Thread(target=server.serve_forever, daemon=True).start()
		yield options(server.server_port)
		server.shutdown()


def options(port: int) -> list[str]:
	"""Ask what listens on a port of this machine."""
	return ["--vulnerability-service", "osv", "--osv-url", f"http://127.0.0.1:{port}/v1/query"]


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
	"""Two packages, the first with a vulnerability."""
	path = tmp_path / "requirements.txt"
	path.write_text("werkzeug==3.0.0\nrich==13.9.4\n")
	return path


def test_a_vulnerability_is_found(service: list[str], requirements: Path) -> None:
	report, is_clean = judge(ask(requirements, service))
	assert not is_clean
	assert report == (
		"werkzeug 3.0.0: PYSEC-0000-1, fixed in 3.0.1\n2 packages audited, 1 known vulnerabilities"
	)


def test_what_is_installed_is_asked_for(
	service: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
	monkeypatch.setattr(sys, "argv", ["vulnerabilities", *service])
	with pytest.raises(SystemExit) as ended:
		vulnerabilities.main()
	assert ended.value.code == 0
	assert capsys.readouterr().out == f"{len(installed())} packages audited, 0 known vulnerabilities\n"


def test_an_unreachable_service_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setenv("NO_PROXY", "127.0.0.1")
	with socket.socket() as nobody:
		nobody.bind(("127.0.0.1", 0))
		monkeypatch.setattr(sys, "argv", ["vulnerabilities", *options(nobody.getsockname()[1])])
		with pytest.raises(SystemExit, match=r"^Nothing was audited: .*ConnectionError.*$"):
			vulnerabilities.main()


def test_a_service_that_knows_no_package_is_none() -> None:
	"""pip-audit says "No known vulnerabilities found" then."""
	with pytest.raises(NothingAudited, match="none of 1 packages"):
		judge([{"name": "rich", "skip_reason": "not found"}])


def test_what_is_unknown_is_named() -> None:
	packages: list[dict] = [
		{"name": "rich", "version": "13.9.4", "vulns": []},
		{"name": "ours", "skip_reason": "not found"},
	]
	report, is_clean = judge(packages)
	assert is_clean
	assert report.startswith("Not known there, and not audited: ours\n")


def test_everything_that_is_installed_has_a_version() -> None:
	names = [line.partition("==")[0].lower() for line in installed()]
	assert {"pytest", "werkzeug", "python-socketio"} <= set(names)
	assert not {"pip", "advanced_bank_reconciliation"} & set(names)
