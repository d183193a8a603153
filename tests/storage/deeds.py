"""Facts, listeners and jobs for the tests of what runs them."""

from dataclasses import dataclass

from community.storage import fact, job, listens


@fact
@dataclass(frozen=True)
class Deed:
    """Something was done, number so-and-so."""

    number: int
    note_ids: tuple[int, ...] = ()


heard: list[tuple[str, object]] = []
failing: set[str] = set()


@listens(Deed)
async def hear(done: Deed) -> None:
    _note("hear", done.number)


@listens(Deed)
async def hear_too(done: Deed) -> None:
    _note("hear_too", done.number)


@listens(Deed, lane="index")
async def index(done: Deed) -> None:
    _note("index", done.number)


@job
async def remember(number: int) -> None:
    _note("remember", number)


@job
async def tell_all(ids: list[int], cause: str) -> None:
    _note("tell_all", (len(ids), cause))


def _note(who: str, what: object) -> None:
    heard.append((who, what))
    if who in failing:
        raise ConnectionError("the text names amara@school.example")
