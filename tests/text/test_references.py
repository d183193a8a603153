"""Who a text calls, and what is remembered of what it names."""

import pytest

from community import clock
from community.audience import Viewer
from community.storage import unit_of_work
from community.text.markdown import rendered
from community.text.references import forget_references, naming, record_references
from tests.factories import make_member

pytestmark = pytest.mark.anyio


async def test_names_are_found_whatever_their_case_and_suspended_members_are_not(database):
    amara = await make_member("Amara Diallo", handle="amara")
    await make_member("Somebody", handle="gone", suspended_at=clock.now())
    body = await rendered("@Amara, @gone and @nobody", Viewer(member=amara.id, trust="trusted"))
    assert body.mentions == (amara.id,)
    assert body.html == f'<p><a data-member="{amara.id}" href="/people/amara">@amara</a>, @gone and @nobody</p>\n'


async def test_what_names_a_thing_is_found_in_pages_and_forgotten_with_the_text(database):
    async with unit_of_work():
        for number in range(1, 4):
            await record_references(f"reply:{number}", 1, ["member:5", "member:5", "file:3"])
        await record_references("reply:1", 2, ["file:3"])
    assert await naming("member:5") == ["reply:2", "reply:3"]
    assert await naming("member:5", limit=1) == ["reply:2"]
    assert await naming("member:5", after="reply:2") == ["reply:3"]
    async with unit_of_work():
        await forget_references("reply:3")
    assert await naming("file:3") == ["reply:1", "reply:2"]
