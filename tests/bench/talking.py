"""A bench whose calls go to one long-lived process, in milliseconds instead of seconds."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from tests.bench.bench import APP, Bench, CommandFailed

MARK = "answer: "


@dataclass(frozen=True)
class TalkingBench(Bench):
	"""A bench with a process that answers calls."""

	process: subprocess.Popen

	def call(self, function: str, **arguments: Any) -> Any:
		"""See `Bench.call`."""
		requests, answers = _streams(self.process)
		requests.write(json.dumps({"function": function, "arguments": arguments}) + "\n")
		requests.flush()
		answer = json.loads(_next_answer(answers))
		if "error" in answer:
			raise CommandFailed(f"{function}: {answer['error']}")
		return answer["result"]


@contextmanager
def talking(bench: Bench) -> Iterator[TalkingBench]:
	"""The same bench with a process that answers calls, for the time of the scope."""
	process = subprocess.Popen(
		bench.arguments("execute", f"{APP}.tests.conversation.answer_calls"),
		cwd=bench.path / "sites",
		env=bench.environment,
		stdin=subprocess.PIPE,
		stdout=subprocess.PIPE,
		stderr=subprocess.DEVNULL,
		text=True,
	)
	try:
		yield TalkingBench(bench.path, bench.site, process)
	finally:
		process.kill()
		process.communicate()


def _streams(process: subprocess.Popen) -> tuple[IO[str], IO[str]]:
	assert process.stdin and process.stdout
	return process.stdin, process.stdout


def _next_answer(answers: IO[str]) -> str:
	"""The next answer, past what else the process may print."""
	for line in answers:
		if line.startswith(MARK):
			return line.removeprefix(MARK)
	raise CommandFailed("the process that answers calls has ended")
