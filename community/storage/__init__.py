"""The database: one way to write, one way to read, and what follows from a commit."""

from community.storage.connecting import close_database, database_open, dialect, open_database
from community.storage.creating import once
from community.storage.dead_letters import Backlog, DeadLetter, backlog, dead_letters, forget_dead_letter, retry_dead_letter
from community.storage.facts import announce, fact, listens
from community.storage.gathering import gathers
from community.storage.jobs import enqueue, fan_out, job
from community.storage.live import LiveTopic, topic, topic_of
from community.storage.migrating import make_migration, migrate, missing_migration, pending_migrations
from community.storage.sql import execute, execute_many, joined, query_with, row, rows, value
from community.storage.together import Together
from community.storage.units import OutsideUnit, after_commit, beside, current_unit, require_unit, unit_of_work
from community.storage.wakes import overhearing, wake, woken_by
from community.storage.worker import Worker, drain, working

__all__ = [
    "Backlog",
    "DeadLetter",
    "LiveTopic",
    "OutsideUnit",
    "Together",
    "Worker",
    "after_commit",
    "announce",
    "backlog",
    "beside",
    "close_database",
    "current_unit",
    "database_open",
    "dead_letters",
    "dialect",
    "drain",
    "enqueue",
    "execute",
    "execute_many",
    "fact",
    "fan_out",
    "forget_dead_letter",
    "gathers",
    "job",
    "joined",
    "listens",
    "make_migration",
    "migrate",
    "missing_migration",
    "once",
    "open_database",
    "overhearing",
    "pending_migrations",
    "query_with",
    "require_unit",
    "retry_dead_letter",
    "row",
    "rows",
    "topic",
    "topic_of",
    "unit_of_work",
    "value",
    "wake",
    "woken_by",
    "working",
]
