"""Showing progress: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


class Drawing(AbstractContextManager, Protocol):
	"""Something that events can be shown on, while its scope lasts."""

	def say(self, text: str) -> None: ...

	def show(self, event: dict) -> None: ...


class PlainLines:
	"""One line for each event that says something new."""

	def __init__(self, stream: TextIO):
		self.stream = stream
		self.last = ""

	def __enter__(self) -> PlainLines:
		return self

	def __exit__(
		self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
	) -> None:
		"""Nothing to put away."""

	def say(self, text: str) -> None:
		print(text, file=self.stream, flush=True)

	def show(self, event: dict) -> None:
		if "percentage" not in event:
			return
		line = f"{event['percentage']:>3} %  {event['message']}"
		if line != self.last:
			self.say(line)
		self.last = line


class ProgressBar:
	"""A bar that fills on a terminal."""

	def __init__(self, console: Console):
		self.console = console
		columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
		self.progress = Progress(*columns, console=console)
		self.task = self.progress.add_task("", total=100)

	def __enter__(self) -> ProgressBar:
		self.progress.start()
		return self

	def __exit__(
		self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
	) -> None:
		self.progress.stop()

	def say(self, text: str) -> None:
		self.console.print(text, highlight=False)

	def show(self, event: dict) -> None:
		if "percentage" in event:
			self.progress.update(self.task, completed=event["percentage"], description=event["message"])


def drawing_for(stream: TextIO) -> Drawing:
	"""A bar if `stream` is a terminal, plain lines otherwise."""
	return ProgressBar(Console(file=stream)) if stream.isatty() else PlainLines(stream)
