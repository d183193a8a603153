"""Who waits at a door is announced to those who can open it, until somebody has answered."""

from datetime import timedelta

import pytest

from community import clock
from community.audience import grant, member_key, revoke
from community.exchange.models import Listing
from community.institutions import belonging
from community.institutions.models import Affiliation
from community.notifications.queries import count_waiting, waiting_for
from community.spaces import membership
from community.spaces.queries import spaces
from community.storage import drain, unit_of_work
from tests.exchange.factories import house, make_listing
from tests.factories import make_coordinator, make_institution, make_member, make_space
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def told(member) -> list[tuple[str, str]]:
    await drain()
    viewer = await viewer_of(member)
    waiting = [(one.kind, one.subject.href) for one in await waiting_for(viewer)]
    assert len(waiting) == await count_waiting(viewer)
    return waiting


@pytest.mark.parametrize("answer", ["accept", "decline"])
async def test_an_invitation_waits_until_it_is_answered(client, sign_in, answer):
    host, amara = await make_member("Mika Lehtola"), await make_member()
    space = await make_space(moderators=[host])
    await membership.invite(await viewer_of(host), space.id, amara.handle)
    assert await told(amara) == [("space_invited", f"/spaces/{space.slug}")]
    assert await told(host) == []
    assert [one.standing for one in await spaces(await viewer_of(amara))] == ["invited"]
    await sign_in(client, amara)
    assert "Mika Lehtola invites you to a space" in (await client.get("/")).text
    await getattr(membership, answer)(await viewer_of(amara), space.slug)
    assert await told(amara) == []


async def test_an_invitation_says_nothing_once_its_sender_moderates_there_no_more(database):
    host, other, amara = await make_member("Mika Lehtola"), await make_member("Bagus Prasetyo"), await make_member()
    space = await make_space(moderators=[host, other])
    await membership.invite(await viewer_of(host), space.id, amara.handle)
    await drain()
    async with unit_of_work():
        await revoke(space.key, f"member:{host.id}")
    viewer = await viewer_of(amara)
    assert (await waiting_for(viewer), await count_waiting(viewer), await spaces(viewer)) == ([], 0, [])


async def test_a_question_waits_for_nobody_who_does_not_moderate_there_any_more(database):
    host, other, amara = await make_member("Mika Lehtola"), await make_member("Bagus Prasetyo"), await make_member()
    space = await make_space(moderators=[host, other], access="request")
    await membership.ask(await viewer_of(amara), space.id, "I weld.")
    async with unit_of_work():
        await grant(space.key, member_key(other.id), "member")
        await revoke(space.key, member_key(other.id), "moderator")
    assert await told(other) == []
    assert await told(host) == [("space_asked", f"/spaces/{space.slug}")]


@pytest.mark.parametrize("answer", [membership.let_in, membership.turn_away])
async def test_who_asks_waits_for_the_moderators_alone(database, answer):
    host, inside, amara = await make_member("Mika Lehtola"), await make_member("Bagus Prasetyo"), await make_member()
    space = await make_space(moderators=[host], members=[inside], access="request")
    await membership.ask(await viewer_of(amara), space.id, "I weld.")
    assert await told(host) == [("space_asked", f"/spaces/{space.slug}")]
    assert await told(inside) == await told(amara) == []
    await answer(await viewer_of(host), space.id, amara.id)
    assert await told(host) == []


@pytest.mark.parametrize("answer", [belonging.vouch, belonging.end])
async def test_a_claim_waits_for_the_coordinators_and_once(database, answer):
    lakeside = await make_institution()
    coordinator, amara = await make_coordinator(lakeside), await make_member()
    for role in ("Teacher", "Head of welding"):
        await belonging.claim(await viewer_of(amara), lakeside.id, role, None)
        assert await told(coordinator) == [("claim", f"/institutions/{lakeside.slug}#claims")]
    claim = await Affiliation.get(member_id=amara.id)
    await answer(await viewer_of(coordinator), claim.id)
    assert await told(coordinator) == []


async def test_a_listing_that_expires_soon_is_told_to_its_coordinators(database):
    lakeside, speaker = await house("Lakeside")
    listing = await make_listing(lakeside, speaker)
    expires = (await Listing.get(id=listing.id)).expires_at

    async def waiting() -> list[tuple[str, str]]:
        await drain()
        found = await waiting_for(speaker)
        assert len(found) == await count_waiting(speaker)
        return [(one.kind, one.subject.href) for one in found]

    assert await waiting() == []
    for days in (13, 2):
        with clock.frozen(expires - timedelta(days=days)):
            assert await waiting() == [("listing_expiring", listing.url)]
    with clock.frozen(expires + timedelta(days=1)):
        assert await waiting() == []
