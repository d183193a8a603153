"""Keeps the table of what each text names."""

from collections.abc import Iterable

from community.storage import execute
from community.text.models import Reference


async def record_references(source: str, version: int, targets: Iterable[str]) -> None:
    """Replace what `source` ("reply:12") is known to name. Inside a unit of work, with the text itself."""
    await Reference.filter(source=source).delete()
    await Reference.bulk_create(
        Reference(source=source, version=version, target=target) for target in sorted(set(targets)) if len(target) <= 64
    )


async def forget_references(source: str) -> None:
    """For a text that is gone."""
    await Reference.filter(source=source).delete()


async def naming(target: str, limit: int = 500, after: str = "") -> list[str]:
    """The sources that name `target`, in pages: give the last one as `after`."""
    found = Reference.filter(target=target, source__gt=after).order_by("source").limit(limit)
    return [str(source) for source in await found.values_list("source", flat=True)]


async def naming_of_kind(target: str, kind: str) -> list[str]:
    """All sources of a kind ("reply") that name `target`."""
    found = Reference.filter(target=target, source__startswith=f"{kind}:").order_by("source")
    return [str(source) for source in await found.values_list("source", flat=True)]


async def add_reference(source: str, version: int, target: str) -> bool:
    """Note one more thing that a text names, such as a card that came later; False if it was noted before."""
    added = await execute(
        """INSERT INTO text_references (source, version, target) VALUES (:source, :version, :target)
           ON CONFLICT (source, target) DO NOTHING""",
        source=source, version=version, target=target,
    )  # fmt: skip
    return bool(added)


async def forget_references_to(target: str, source: str) -> None:
    await Reference.filter(source=source, target=target).delete()
