import pytest

from community.audience import GUEST
from community.discussions.actions import delete_reply
from community.discussions.live import EPOCH, ThreadTopic
from community.discussions.search_documents import documents, ids_of, replies_of
from community.storage.live import topic_of
from tests.discussions.factories import make_reply, make_thread
from tests.factories import make_institution, make_member, make_space
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def test_the_topic_is_that_of_the_thread(app):
    assert app
    found = topic_of("thread:9")
    assert found
    assert (type(found[0]), found[1]) == (ThreadTopic, 9)


async def test_only_whoever_sees_a_thread_may_follow_it(app):
    assert app
    host, outsider = await make_member("Host"), await make_member("Outsider")
    space = await make_space(members=[host])
    inside, public = await make_thread(host, place=space.key), await make_thread(host)
    topic = ThreadTopic()
    assert await topic.may_follow(await viewer_of(host), inside.id)
    assert not await topic.may_follow(await viewer_of(outsider), inside.id)
    assert not await topic.may_follow(await viewer_of(outsider), 999)
    assert await topic.may_follow(GUEST, public.id)


async def test_entries_are_the_posts_after_a_number_as_they_are_now(app):
    assert app
    school = await make_institution("Lakeside Technical Institute", city="Kisumu")
    amara = await make_member("Amara <b>Diallo", institution=school)
    thread = await make_thread(amara)
    first, second = await make_reply(amara, thread, "A **ruler**."), await make_reply(amara, thread, "Gone soon.")
    await delete_reply(await viewer_of(amara), second.id)
    topic = ThreadTopic()
    assert await topic.head([thread.id, 999]) == {thread.id: (EPOCH, 3)}
    entries = dict(await topic.entries(thread.id, 1, 50))
    assert list(entries) == [2, 3]
    assert entries[2]["html"].strip() == "<p>A <strong>ruler</strong>.</p>"
    assert entries[2]["author"]["line"] == "Lakeside Technical Institute, Kisumu"
    assert (entries[2]["id"], entries[2]["dir"]) == (first.id, "ltr")
    assert "html" not in entries[3]
    assert entries[3]["state"] == "deleted"
    assert [number for number, _frame in await topic.entries(thread.id, 0, 2)] == [1, 2]


async def test_a_frame_holds_nothing_that_depends_on_its_reader(app):
    assert app
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    await make_reply(amara, thread)
    [(_number, frame)] = await ThreadTopic().entries(thread.id, 1, 1)
    assert set(frame) == {"kind", "id", "number", "state", "author", "at", "lang", "dir", "html"}


async def test_a_thread_and_each_further_post_is_a_document(app):
    assert app
    amara = await make_member("Amara Diallo", institution=await make_institution(country="KE"))
    thread = await make_thread(amara, "Which gauge?", "We braze **copper**.", tags=["gauges"])
    reply = await make_reply(amara, thread, "> Elsewhere.\n\nA ruler beside it.")
    [document] = await documents("thread", [thread.id])
    assert (document.key, document.title, document.body) == (f"thread:{thread.id}", "Which gauge?", "We braze copper.\ngauges")
    assert (document.audience, document.country, document.themes, document.url) == (
        "public",
        "KE",
        ("innovation",),
        f"/threads/{thread.id}",
    )
    [document] = await documents("reply", [reply.id])
    assert (document.title, document.root, document.url) == ("A ruler beside it.", f"thread:{thread.id}", f"/replies/{reply.id}")
    assert "Which gauge?" in document.body
    opening = next(id_ for id_ in await ids_of("reply", 0, 10) if id_ != reply.id)
    assert await documents("reply", [opening]) == []
    assert await replies_of(thread.id) == [reply.id]


async def test_a_document_of_a_space_carries_its_key(app):
    assert app
    host = await make_member("Host")
    space = await make_space(members=[host])
    thread = await make_thread(host, place=space.key)
    reply = await make_reply(host, thread)
    found = await documents("thread", [thread.id]) + await documents("reply", [reply.id])
    assert [(one.audience, one.themes) for one in found] == [(space.key, ())] * 2
