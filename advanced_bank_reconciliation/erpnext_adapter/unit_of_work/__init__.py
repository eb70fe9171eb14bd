"""One step of a run as one database transaction, believed only from the tables."""
