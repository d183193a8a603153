"""How many statements a request sends to the database, and how many jobs have failed in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_sent: ContextVar[list[int] | None] = ContextVar("statements_sent", default=None)


@contextmanager
def counted_statements() -> Iterator[list[int]]:
    """A list of one number, which goes up with every statement of this task and of those it starts."""
    counter = [0]
    token = _sent.set(counter)
    try:
        yield counter
    finally:
        _sent.reset(token)


def count_statement() -> None:
    counter = _sent.get()
    if counter is not None:
        counter[0] += 1


class Failures:
    """Since this process has started."""

    jobs = 0
