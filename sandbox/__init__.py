"""The engine's second set of adapters: SQLite, RQ, a real Redis and Socket.IO, without ERPNext."""
