"""Search: 100,000 documents of about 0.7 KB, the kinds of question people ask. `python -m bench.search 20000` for fewer."""

import asyncio
import random
import string
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from time import perf_counter

from search.documents import Document, Query
from search.embedded import EmbeddedEngine

DOCUMENTS = 100_000
WORDS = 40_000
ASKED = 200
BATCH = 1_000
SPACES = 2_000


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS
    asyncio.run(_measure(count))


async def _measure(count: int) -> None:
    words = Words(random.Random(7))
    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(Path(folder))
        await _fill(engine, words, count)
        print(f"{'question':<40}{'p50 ms':>9}{'p99 ms':>9}")
        for name, ask in _questions(words):
            times = sorted([await _timed(engine, *ask()) for _ in range(ASKED)])
            print(f"{name:<40}{times[len(times) // 2]:>9.1f}{times[int(len(times) * 0.99)]:>9.1f}", flush=True)
        await _written_to_found(engine)
        await engine.close()


async def _fill(engine: EmbeddedEngine, words: "Words", count: int) -> None:
    began = perf_counter()
    async with engine.rebuilding() as fresh:
        for start in range(0, count, BATCH):
            await fresh.upsert([words.document(number) for number in range(start, min(start + BATCH, count))])
    lasted = perf_counter() - began
    print(f"{count} documents indexed in {lasted:.0f} s, {count / lasted:.0f} a second")


async def _timed(engine: EmbeddedEngine, query: Query, audiences: list[str]) -> float:
    began = perf_counter()
    await engine.search(query, audiences=audiences)
    return (perf_counter() - began) * 1000


async def _written_to_found(engine: EmbeddedEngine) -> None:
    times = []
    for number in range(30):
        began = perf_counter()
        await engine.upsert(
            [Document(key=f"new:{number}", kind="new", audience="public", title=f"fresh{number}", url="/", version=1)]
        )
        found = await engine.search(Query(text=f"fresh{number}", facets=False), audiences=["public"])
        assert found.total == 1
        times.append((perf_counter() - began) * 1000)
    times.sort()
    print(f"{'written until found':<40}{times[15]:>9.1f}{times[-1]:>9.1f}")


class Words:
    """Invented words, as unevenly common as those of a language."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.all = sorted({self._word() for _ in range(WORDS)})
        chance.shuffle(self.all)
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(len(self.all))))

    def some(self, count: int) -> list[str]:
        return self.chance.choices(self.all, cum_weights=self._weights, k=count)

    def known(self, count: int) -> str:
        """Words one would ask for: neither the commonest nor those nobody uses."""
        return " ".join(self.chance.choices(self.all[50:8_000], k=count))

    def mistyped(self) -> str:
        return " ".join(self._slip(word) for word in self.known(2).split())

    def document(self, number: int) -> Document:
        audience = ("public", "members", f"space:{self.chance.randrange(SPACES)}")[number % 3]
        return Document(
            key=f"thread:{number}", kind=self.chance.choice(("thread", "reply", "practice", "listing")), audience=audience,
            title=" ".join(self.some(7)), body=" ".join(self.some(95)), url=f"/threads/{number}", version=1, language="",
            country=self.chance.choice(("KE", "DE", "BR", "FI", "IN")), themes=(self.chance.choice(("inclusion", "greening")),),
        )  # fmt: skip

    def _word(self) -> str:
        return "".join(self.chance.choices(string.ascii_lowercase, k=self.chance.randint(4, 11)))

    def _slip(self, word: str) -> str:
        at = self.chance.randrange(1, len(word))
        return word[: at - 1] + word[at:] if self.chance.random() < 0.5 else word[:at] + word[at : at + 1] * 2 + word[at + 1 :]


def _questions(words: Words) -> Iterator[tuple[str, Callable[[], tuple[Query, list[str]]]]]:
    few = ["public", "members", *(f"space:{number}" for number in range(20))]
    many = ["public", "members", *(f"space:{number}" for number in range(SPACES))]
    plain = {"facets": False}
    yield "three words known", lambda: (Query(text=words.known(3), **plain), few)
    yield "with typos", lambda: (Query(text=words.mistyped(), **plain), few)
    yield "last word cut, as typed", lambda: (Query(text=words.known(2)[:-2], typing=True, **plain), few)
    yield "first one to three letters, as typed", lambda: (
        Query(text=words.known(1)[: words.chance.randint(1, 3)], typing=True, **plain), few)  # fmt: skip
    yield "one common word", lambda: (Query(text=words.all[words.chance.randrange(20)], **plain), few)
    yield "with 2,002 audiences", lambda: (Query(text=words.known(3), **plain), many)
    yield "with four facets", lambda: (Query(text=words.known(3)), few)


if __name__ == "__main__":
    main()
