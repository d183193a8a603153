"""Creating a thing once, however often the request is repeated."""

from typing import Any, Protocol, TypeVar
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from community.storage.units import require_unit, unit_of_work

M = TypeVar("M", bound=Model)


class Actor(Protocol):
    @property
    def member(self) -> int | None: ...


async def once(model: type[M], actor: Actor, client_id: UUID, **values: Any) -> tuple[M, bool]:
    """The row that this member created under this id, and whether it is new. A retry returns the first result, whatever it asks.

    The model has `author` (a member) and `client_id`, unique together. A guest creates nothing: ValueError.
    """
    require_unit("once")
    if actor.member is None:
        raise ValueError("only a member creates")
    key: dict[str, Any] = {"author_id": actor.member, "client_id": client_id}
    if first := await model.get_or_none(**key):
        return first, False
    try:
        async with unit_of_work():
            return await model.create(**key, **values), True
    except IntegrityError:
        # On PostgreSQL the same request may have been committed by another connection since we looked.
        if first := await model.get_or_none(**key):
            return first, False
        raise
