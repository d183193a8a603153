import pytest

from tests.discussions.factories import make_reply, make_thread
from tests.factories import make_member

pytestmark = pytest.mark.anyio


async def test_a_guest_reads_a_public_thread(client):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara, "Which gauge for brazed joints?", "We braze **copper** here.")
    await make_reply(await make_member("Rafael Moura"), thread, "A ruler beside it.")
    page = await client.get(f"/threads/{thread.id}")
    assert page.status_code == 200, page.text
    assert "Which gauge for brazed joints?" in page.text
    assert "We braze <strong>copper</strong> here." in page.text
    assert 'id="p2"' in page.text
    assert "A ruler beside it." in page.text
