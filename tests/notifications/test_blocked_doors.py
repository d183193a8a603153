"""Whoever is blocked reaches the other through no door, and is not told."""

from uuid import uuid4

import pytest

from community.accounts.blocking import block
from community.discussions.actions import NewThread, post_reply, start_thread
from community.institutions import belonging
from community.mail.models import Mail
from community.notifications.models import Notification
from community.spaces import membership
from community.storage import drain
from tests.discussions.factories import make_thread
from tests.factories import make_coordinator, make_institution, make_member, make_space
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("is_blocked", [True, False])
async def test_who_is_blocked_rings_no_bell_and_sends_no_letter(client, sign_in, is_blocked):
    lakeside = await make_institution()
    amara, kofi = await make_coordinator(lakeside, "Amara Diallo"), await make_member("Kofi Mensah")
    space = await make_space([amara], [amara], access="request")
    thread = await make_thread(amara)
    if is_blocked:
        await block(await viewer_of(amara), kofi.id)
    viewer = await viewer_of(kofi)
    await post_reply(viewer, thread.id, f"Hello @{amara.handle}.", uuid4())
    await start_thread(viewer, NewThread("innovation", "A question", f"What does @{amara.handle} say?"), uuid4())
    await belonging.claim(viewer, lakeside.id, "Trainer", None)
    await membership.ask(viewer, space.id, "Please let me in.")
    await drain()
    told = await Notification.filter(member_id=amara.id, actor_id=kofi.id).count() + await Mail.filter(member_id=amara.id).count()
    assert bool(told) is not is_blocked
    for member, other in ((amara, kofi), (kofi, amara)):
        await sign_in(client, member)
        assert (other.handle in (await client.get(f"/people/suggest?q={other.handle[:4]}")).text) is not is_blocked
    assert (await client.get(f"/people/{amara.handle}")).status_code == 200
