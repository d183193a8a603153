"""What waits for a member: told once, gone when read, never about what may no longer be seen."""

from uuid import uuid4

import pytest

from community.audience import narrow
from community.discussions.actions import delete_reply, post_reply
from community.discussions.managing import accept_answer
from community.discussions.models import Thread
from community.notifications.actions import finish_all
from community.notifications.queries import count_waiting, waiting_for
from community.storage import drain, execute, unit_of_work
from tests.discussions.factories import make_thread
from tests.factories import make_member
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def test_a_mention_waits_once_and_goes_when_it_is_read(database) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    thread = await make_thread(amara)
    reply = await post_reply(await viewer_of(bagus), thread.id, f"@{amara.handle} how do you gauge it?", uuid4())
    await drain()
    viewer = await viewer_of(amara)
    waiting = await waiting_for(viewer)
    assert [(one.kind, one.subject.href) for one in waiting] == [("mention", f"/replies/{reply.id}")]
    assert "how do you gauge it?" in waiting[0].subject.excerpt
    assert await count_waiting(viewer) == 1
    await _read(amara.id, thread.id, 2)
    assert (await waiting_for(viewer), await count_waiting(viewer)) == ([], 0)


async def test_whoever_began_a_thread_is_told_of_answers_and_not_of_their_own(database) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    thread = await make_thread(amara, kind="question")
    reply = await post_reply(await viewer_of(bagus), thread.id, "We use a ruler.", uuid4())
    await drain()
    assert [one.kind for one in await waiting_for(await viewer_of(amara))] == ["reply"]
    await post_reply(await viewer_of(amara), thread.id, "Thank you.", uuid4())
    await accept_answer(await viewer_of(amara), reply.id)
    await drain()
    assert await waiting_for(await viewer_of(amara)) == []  # who answers has read
    assert [one.kind for one in await waiting_for(await viewer_of(bagus))] == ["answer"]


async def test_a_deleted_post_waits_for_nobody(database) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    thread = await make_thread(amara)
    reply = await post_reply(await viewer_of(bagus), thread.id, "secret word", uuid4())
    await drain()
    await delete_reply(await viewer_of(bagus), reply.id)
    assert await waiting_for(await viewer_of(amara)) == []
    await drain()
    assert await count_waiting(await viewer_of(amara)) == 0


async def test_a_thread_that_moves_out_of_sight_is_neither_shown_nor_counted(database) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    thread = await make_thread(amara)
    await post_reply(await viewer_of(bagus), thread.id, f"@{amara.handle}", uuid4())
    await drain()
    async with unit_of_work():
        await narrow(await Thread.get(id=thread.id), "space:999")
    viewer = await viewer_of(amara)
    assert (await waiting_for(viewer), await count_waiting(viewer)) == ([], 0)


async def test_a_blocked_member_is_not_heard(database) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    thread = await make_thread(amara)
    await post_reply(await viewer_of(bagus), thread.id, f"@{amara.handle}", uuid4())
    await drain()
    async with unit_of_work():
        await execute(
            "INSERT INTO blocks (blocker_id, blocked_id, since) VALUES (:one, :other, :at)",
            one=amara.id, other=bagus.id, at=thread.created_at,
        )  # fmt: skip
    viewer = (await viewer_of(amara)).__class__(**vars(await viewer_of(amara)) | {"blocked": frozenset({bagus.id})})
    assert (await waiting_for(viewer), await count_waiting(viewer)) == ([], 0)


async def test_one_button_finishes_all_and_others_cannot_press_it(client, sign_in) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    thread = await make_thread(amara)
    await post_reply(await viewer_of(bagus), thread.id, f"@{amara.handle}", uuid4())
    await drain()
    number = (await waiting_for(await viewer_of(amara)))[0].id
    await sign_in(client, bagus)
    assert (await client.post(f"/waiting/{number}/done")).status_code == 404
    await sign_in(client, amara)
    page = await client.get("/")
    assert "mentioned you" in page.text
    assert (await client.post(f"/waiting/{number}/done")).status_code == 303
    assert (await client.post(f"/waiting/{number}/done", headers={"x-fragment": "1"})).status_code == 200
    await finish_all(await viewer_of(amara))
    assert await count_waiting(await viewer_of(amara)) == 0


async def _read(member_id: int, thread_id: int, number: int) -> None:
    async with unit_of_work():
        await execute("DELETE FROM reading_positions WHERE member_id = :m AND thread_id = :t", m=member_id, t=thread_id)
        await execute(
            """INSERT INTO reading_positions (member_id, thread_id, number, read_at)
               SELECT :m, id, :n, created_at FROM threads WHERE id = :t""",
            m=member_id, t=thread_id, n=number,
        )  # fmt: skip
