"""The engine's Publisher port: Socket.IO events, through Redis, to the room of the run's user."""

from __future__ import annotations

import socketio

from advanced_bank_reconciliation.engine.progress import Completion, Progress
from sandbox.workplace import Workplace

PROGRESS_EVENT = "bulk_reconciliation_progress"
COMPLETION_EVENT = "bulk_reconciliation_complete"


class SocketPublisher:
	"""Writes events to Redis; the socket server hands them on."""

	def __init__(self, workplace: Workplace):
		self.manager = socketio.RedisManager(workplace.redis_url, write_only=True)

	def publish_progress(self, progress: Progress) -> None:
		self.manager.emit(PROGRESS_EVENT, progress.event(), room=progress.run.user)

	def publish_completion(self, completion: Completion) -> None:
		self.manager.emit(COMPLETION_EVENT, completion.event(), room=completion.run.user)
