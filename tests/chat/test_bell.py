"""The number on the bell of a page that stays open, over the line that the page has anyway."""

import pytest
from playwright.async_api import expect

from community.discussions.keeping import set_following
from community.notifications.actions import finish_all
from community.storage import drain
from tests.chat.conftest import House, Open
from tests.chat.factories import make_room, say, with_token
from tests.discussions.factories import make_reply, make_thread
from tests.factories import make_member
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def test_each_hears_their_own_number_and_nobody_elses(hall: House) -> None:
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    threads = [await make_thread(amara, f"Discussion {n}") for n in range(2)]
    await drain()
    hers, his = await hall.line(amara), await hall.line(bagus)
    await his.say(type="subscribe", topic=f"waiting:{amara.id}")
    assert (await his.hear("cut", "subscribed"))["type"] == "cut"
    await hers.say(type="subscribe", topic=f"waiting:{amara.id}")
    assert (await hers.hear("subscribed"))["seq"] == 0
    for number, thread in enumerate(threads, 1):
        await make_reply(bagus, thread)
        await drain()
        entry = await hers.hear("entry")
        assert (entry["topic"], entry["seq"], entry["kind"], entry["number"]) == (f"waiting:{amara.id}", number, "waiting", number)
    await finish_all(await viewer_of(amara))
    assert (await hers.hear("entry"))["number"] == 0
    await make_reply(bagus, threads[0])
    await drain()
    assert (await hers.hear("entry"))["number"] == 1
    assert await his.silent_for(0.3)
    for line in (hers, his):
        await line.close()


async def test_it_counts_down_where_it_is_read_in_another_window(hall: House) -> None:
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    thread, room = await make_thread(amara, "Discussion"), await make_room()
    token = (await with_token(amara))[1]
    hers = await hall.line(amara, token)
    await hers.say(type="subscribe", topic=f"waiting:{amara.id}")
    await hers.hear("subscribed")
    await set_following(await viewer_of(amara), f"room:{room.id}", "watch")
    post = await make_reply(bagus, thread)
    await drain()
    assert (await hers.hear("entry"))["number"] == 1
    said = await say(await viewer_of(bagus), room)
    await drain()
    assert (await hers.hear("entry"))["number"] == 2
    async with hall.browser(token) as window:
        await window.get(f"/rooms/{room.id}")
        assert (await hers.hear("entry"))["number"] == 1
        await window.post(f"/rooms/{room.id}/read", data={"seq": str(said.seq)})  # nothing of it is news
        assert await hers.silent_for(0.4)
        await window.post(f"/threads/{thread.id}/read", data={"number": str(post.number)})
        assert (await hers.hear("entry"))["number"] == 0
        await make_reply(bagus, thread)
        await drain()
        assert (await hers.hear("entry"))["number"] == 1
        await window.post("/waiting/done")
        assert (await hers.hear("entry"))["number"] == 0
    his, mine = await viewer_of(bagus), await viewer_of(amara)
    for theirs, own in ((say(his, room), say(mine, room)), (make_reply(bagus, thread), make_reply(amara, thread))):
        await theirs
        await drain()
        assert (await hers.hear("entry"))["number"] == 1
        await own  # who answers has read it
        await drain()
        assert (await hers.hear("entry"))["number"] == 0
    await hers.close()


@pytest.mark.browser
@pytest.mark.parametrize("page", ["room", "thread"])
async def test_the_bell_of_an_open_page_counts_on(hall: House, open_page: Open, page: str) -> None:
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    thread, elsewhere, room = await make_thread(bagus, "Open"), await make_thread(amara, "Elsewhere"), await make_room()
    await say(await viewer_of(bagus), room)
    await drain()
    opened = await open_page(amara, f"/rooms/{room.id}" if page == "room" else f"/threads/{thread.id}")
    bell = opened.locator("[data-waiting]")
    await expect(bell.locator(".count")).to_have_count(0)
    await opened.wait_for_timeout(1000)  # the line is there
    await make_reply(bagus, elsewhere)
    await drain()
    await expect(bell.locator(".count")).to_have_text("1")
    await make_reply(bagus, await make_thread(amara, "A third"))
    await drain()
    await expect(bell.locator(".count")).to_have_text("2")
