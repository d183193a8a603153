"""How many statements a request sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from community.storage import connecting


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The texts of all statements sent through the reader and the writer while the block runs."""
    sent: list[str] = []
    with _listening_to(connecting.reader(), sent), _listening_to(connecting.writer(), sent):
        yield sent


@contextmanager
def _listening_to(client: object, sent: list[str]) -> Iterator[None]:
    original = client.execute_query_dict  # type: ignore[attr-defined]

    async def counting(text: str, values: list[object] | None = None) -> object:
        sent.append(text)
        return await original(text, values)

    with patch.object(client, "execute_query_dict", counting):
        yield
