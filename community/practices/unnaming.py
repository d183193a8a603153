"""Practices that call somebody who has left."""

import json
from typing import Any

from community.accounts.unnaming import unname_table, unnames
from community.practices.facts import PracticeRewritten
from community.storage import announce, execute, rows, unit_of_work
from community.text.references import forget_references_to, naming_of_kind
from community.text.unnaming import handle_in, throughout, unnamed, unnamed_html


@unnames
async def editions(member_id: int, handle: str) -> None:
    for source in await naming_of_kind(f"member:{member_id}", "edition"):
        async with unit_of_work():
            await _unname(int(source.partition(":")[2]), member_id, handle)
            await forget_references_to(f"member:{member_id}", source)


async def _unname(edition_id: int, member_id: int, handle: str) -> None:
    for one in await rows("SELECT id, source, html, names FROM practice_sections WHERE edition_id = :id", id=edition_id):
        names = [name for name in json.loads(one["names"]) if name != f"member:{member_id}"]
        await execute(
            "UPDATE practice_sections SET source = :source, html = :html, names = :names WHERE id = :id",
            source=unnamed(one["source"], handle_in(one["html"], member_id, handle)), html=unnamed_html(one["html"], member_id),
            names=json.dumps(names), id=one["id"],
        )  # fmt: skip
    for one in await rows("SELECT id, content FROM practice_submissions WHERE edition_id = :id", id=edition_id):
        content = _without(json.loads(one["content"]), member_id, handle)
        await execute(
            "UPDATE practice_submissions SET content = :content WHERE id = :id", content=json.dumps(content), id=one["id"]
        )
    for one in await rows("SELECT practice_id FROM editions WHERE id = :id", id=edition_id):
        await execute("UPDATE practices SET version = version + 1 WHERE id = :id", id=one["practice_id"])
        await announce(PracticeRewritten(one["practice_id"]))


def _without(content: dict[str, Any], member_id: int, handle: str) -> dict[str, Any]:
    """What was handed in: {"record": ..., "html": {section: safe HTML}}."""
    handle = handle_in("".join(content["html"].values()), member_id, handle)
    html = {name: unnamed_html(text, member_id) for name, text in content["html"].items()}
    return {**content, "record": throughout(content["record"], handle), "html": html}


@unnames
async def decisions(member_id: int, handle: str) -> None:
    await unname_table("practice_decisions", "reasons", "html", member_id, handle)
