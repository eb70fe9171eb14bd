"""The engine's second set of adapters: SQLite, RQ, a real Redis and Socket.IO, on a machine with no ERPNext."""
