"""The database: one way to write, one way to read, and what follows from a commit."""

from community.storage.connecting import close_database, database_open, dialect, open_database
from community.storage.creating import once
from community.storage.facts import announce, fact, listens
from community.storage.jobs import enqueue, fan_out, job
from community.storage.sql import execute, row, rows, value
from community.storage.units import OutsideUnit, after_commit, unit_of_work
from community.storage.wakes import wake, woken_by
from community.storage.worker import Worker, drain, working

__all__ = [
    "OutsideUnit",
    "Worker",
    "after_commit",
    "announce",
    "close_database",
    "database_open",
    "dialect",
    "drain",
    "enqueue",
    "execute",
    "fact",
    "fan_out",
    "job",
    "listens",
    "once",
    "open_database",
    "row",
    "rows",
    "unit_of_work",
    "value",
    "wake",
    "woken_by",
    "working",
]
