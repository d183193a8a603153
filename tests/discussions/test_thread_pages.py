from datetime import timedelta

import pytest

from bench.full_thread import write_full_thread
from community import clock
from community.accounts.models import Member
from community.discussions import post_markup, thread_page, thread_views
from community.discussions.actions import delete_reply, edit_reply, set_reaction
from community.discussions.keeping import mark_read
from community.discussions.models import ReadingPosition, Reply, Thread
from community.discussions.writing_state import Writing, languages_to_write_in
from community.settings import settings
from community.storage import unit_of_work
from community.text.gettext import using_language
from community.web.rendering import macro
from tests.conftest import new_client
from tests.discussions.counting import counted_queries
from tests.discussions.factories import make_moderator, make_reply, make_thread
from tests.factories import make_institution, make_member, make_space
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def test_a_guest_reads_a_public_thread(client):
    amara = await make_member("Amara Diallo", institution=await make_institution("Lakeside Technical Institute", city="Kisumu"))
    thread = await make_thread(amara, "Which gauge for brazed joints?", "We braze **copper** here.", lang="fr")
    await make_reply(await make_member("Rafael Moura"), thread, "A ruler beside it.")
    page = await client.get(f"/threads/{thread.id}")
    assert page.status_code == 200
    assert "<title>Which gauge for brazed joints? · Guildhall</title>" in page.text
    assert '<div class="prose" lang="fr" dir="ltr"><p>We braze <strong>copper</strong> here.</p>' in page.text
    assert '<meta name="description" content="We braze copper here.">' in page.text
    assert f'<link rel="canonical" href="{settings().public_origin}/threads/{thread.id}">' in page.text
    assert "Lakeside Technical Institute, Kisumu" in page.text
    assert 'id="p2"' in page.text
    assert 'name="r"' not in page.text
    assert f"/signin?next=/threads/{thread.id}" in page.text


async def test_names_and_titles_are_escaped(client):
    mallory = await make_member("<b>Mallory</b>")
    thread = await make_thread(mallory, "<script>x</script>", "<script>alert(1)</script>")
    page = await client.get(f"/threads/{thread.id}")
    assert "<script>x" not in page.text
    assert "<script>alert" not in page.text
    assert "&lt;b&gt;Mallory" in page.text


async def test_what_one_may_not_see_is_what_does_not_exist(client, sign_in):
    host, outsider = await make_member("Host"), await make_member("Outsider")
    space = await make_space(members=[host])
    thread = await make_thread(host, "Inside matters", place=f"space:{space.id}")
    absent = await client.get(f"/threads/{thread.id + 1}")
    hidden = await client.get(f"/threads/{thread.id}")
    assert (hidden.status_code, len(hidden.content)) == (absent.status_code, len(absent.content))
    assert absent.status_code == 404
    await sign_in(client, outsider)
    for path in (
        f"/threads/{thread.id}",
        "/replies/1",
        "/replies/1/history",
        "/replies/1/edit",
        "/replies/1/flag",
        f"/threads/{thread.id}/edit",
    ):
        assert (await client.get(path)).status_code == 404, path
    for path, data in (
        (f"/threads/{thread.id}/replies", {"body": "hello", "client_id": "b5d1b4d0-0000-4000-8000-000000000001"}),
        (f"/threads/{thread.id}/reactions", {"r": "1u1"}),
        (f"/threads/{thread.id}/follow", {"level": "watch"}),
        (f"/threads/{thread.id}/read", {"number": "1"}),
        (f"/threads/{thread.id}/manage", {"verb": "close"}),
        ("/replies/1/delete", {}),
        ("/replies/1/accept", {"accepted": "1"}),
    ):
        assert (await client.post(path, data=data)).status_code == 404, path
    await sign_in(client, host)
    assert "Inside matters" in (await client.get(f"/threads/{thread.id}")).text


@pytest.mark.parametrize("path", ["/discussions", "/discussions?show=all", "/discussions/feed", "/discussions?show=unanswered"])
async def test_a_spaces_thread_is_seen_by_nobody_outside(client, sign_in, path):
    host, outsider = await make_member("Host"), await make_member("Outsider")
    space = await make_space(members=[host], name="Solar trainers")
    await make_thread(host, "Inside matters", place=f"space:{space.id}")
    await make_thread(host, "Public matters")
    for _who in ("guest", "outsider"):
        shown = (await client.get(path)).text
        assert "Inside matters" not in shown
        assert "Solar trainers" not in shown
        assert "Public matters" in shown
        await sign_in(client, outsider)


async def test_counts_hold_nothing_from_outside_of_what_one_sees(client, sign_in):
    host, outsider = await make_member("Host"), await make_member("Outsider")
    space = await make_space(members=[host])
    for n in range(3):
        await make_thread(host, f"Inside {n}", place=f"space:{space.id}")
    await make_thread(host, "Public matters")
    await sign_in(client, outsider)
    assert 'Unread <span class="num">1</span>' in (await client.get("/discussions")).text
    await sign_in(client, await make_member("Another member of the space"))
    assert (await client.get(f"/discussions?theme=space-{space.id}")).status_code == 404


async def test_posts_come_25_a_page_and_a_deep_link_finds_its_place(client):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    replies = [await make_reply(amara, thread, f"Word number {n}.") for n in range(2, 31)]
    first = (await client.get(f"/threads/{thread.id}")).text
    second = (await client.get(f"/threads/{thread.id}?page=2")).text
    assert 'id="p25"' in first
    assert 'id="p26"' not in first
    assert 'id="p26"' in second
    assert 'id="p30"' in second
    assert (await client.get(f"/threads/{thread.id}?page=last")).text.count('id="p30"') == 1
    found = await client.get(f"/replies/{replies[-1].id}")
    assert (found.status_code, found.headers["location"]) == (302, f"/threads/{thread.id}?page=2#p30")
    for page in ("3", "0", "-1", "x", "9" * 30, "١"):
        assert (await client.get(f"/threads/{thread.id}", params={"page": page})).status_code == 404, page


async def test_the_unread_line_stands_once_however_far_ahead_one_looks(client, sign_in):
    """What is new begins on page 2: page 3 has no line, and the jump skips posts that stand no more."""
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(amara)
    replies = [await make_reply(amara, thread, f"Word {n}.") for n in range(2, 61)]
    await mark_read(await viewer_of(rafael), thread.id, 25)
    await delete_reply(await viewer_of(amara), replies[24].id)
    await sign_in(client, rafael)
    assert f'href="/threads/{thread.id}?page=2#new"' in (await client.get("/discussions")).text
    ahead = {"Purpose": "prefetch"}  # is no reading
    first, third = [(await client.get(f"/threads/{thread.id}{page}", headers=ahead)).text for page in ("", "?page=3")]
    assert f'href="/threads/{thread.id}?page=2#new"' in first
    assert 'id="new"' not in first + third
    second = (await client.get(f"/threads/{thread.id}?page=2", headers=ahead)).text
    assert second.index('id="p26"') < second.index('id="new"') < second.index('id="p27"')
    for number in (60, 30, 10**9, -5):
        await mark_read(await viewer_of(rafael), thread.id, number)
    assert "jump there" not in (await client.get(f"/threads/{thread.id}")).text


async def test_the_unread_line_stands_before_what_is_new(client, sign_in):
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(amara)
    await make_reply(amara, thread, "First addition.")
    await sign_in(client, rafael)
    assert 'id="new"' not in (await client.get(f"/threads/{thread.id}")).text  # never here before: all is new, no line
    for n in range(2):
        await make_reply(amara, thread, f"Later {n}.")
    listed = (await client.get("/discussions")).text
    assert f'href="/threads/{thread.id}#new"' in listed
    assert '>2<span class="vh"> unread</span>' in listed
    page = (await client.get(f"/threads/{thread.id}")).text
    assert page.index('id="p2"') < page.index('id="new"') < page.index('id="p3"')
    assert "· 2 posts" in page
    assert 'id="new"' not in (await client.get(f"/threads/{thread.id}")).text


@pytest.mark.parametrize(
    ("header", "value"), [("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch"), ("Sec-Purpose", "prefetch")]
)
async def test_a_page_fetched_ahead_of_its_reader_counts_as_unread(client, sign_in, header, value):
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(amara)
    await sign_in(client, rafael)
    await client.get(f"/threads/{thread.id}", headers={header: value})
    await client.head(f"/threads/{thread.id}")
    assert not await ReadingPosition.filter(member_id=rafael.id).exists()
    await client.get(f"/threads/{thread.id}")
    assert (await ReadingPosition.get(member_id=rafael.id)).number == 1


async def test_the_reading_position_never_falls(client, sign_in):
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(amara)
    for n in range(3):
        await make_reply(amara, thread, f"Later {n}.")
    await sign_in(client, rafael)
    for number, stands in ((3, 3), (1, 3), (900, 4), (-5, 4)):
        answer = await client.post(f"/threads/{thread.id}/read", data={"number": str(number)}, headers={"X-Fragment": "1"})
        assert answer.status_code == 204
        assert (await ReadingPosition.get(member_id=rafael.id)).number == stands


async def test_a_guest_who_holds_the_page_gets_304_until_it_changes(client, app):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    first = await client.get(f"/threads/{thread.id}")
    again = await client.get(f"/threads/{thread.id}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    reply = await make_reply(amara, thread)
    changed = await client.get(f"/threads/{thread.id}", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    await set_reaction(await viewer_of(await make_member("Rafael Moura")), reply.id, "useful", True)
    thanked = await client.get(f"/threads/{thread.id}", headers={"If-None-Match": changed.headers["etag"]})
    assert thanked.status_code == 200
    async with unit_of_work():
        await Member.filter(id=amara.id).update(name="Amara Diallo-Ba")
    app.state.guest_pages.clear()  # what a thread's version does not know may be some seconds late
    renamed = await client.get(f"/threads/{thread.id}", headers={"If-None-Match": thanked.headers["etag"]})
    assert "Amara Diallo-Ba" in renamed.text


async def test_what_is_kept_for_guests_is_for_guests_and_ends_with_the_right(client, sign_in, app):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara, "Passed around")
    first, second = await client.get(f"/threads/{thread.id}"), await client.get(f"/threads/{thread.id}")
    assert (first.text, first.headers["etag"]) == (second.text, second.headers["etag"])
    assert len(app.state.guest_pages) == 1
    dark = await client.get(f"/threads/{thread.id}", headers={"Cookie": "theme=dark"})
    assert 'data-theme="dark"' in dark.text
    async with new_client(app) as member:
        await sign_in(member, amara)
        assert 'name="r"' in (await member.get(f"/threads/{thread.id}")).text
    assert 'name="r"' not in (await client.get(f"/threads/{thread.id}")).text
    async with unit_of_work():
        await Thread.filter(id=thread.id).update(audience="members")
    assert (await client.get(f"/threads/{thread.id}")).status_code == 404


async def test_class_6_an_edit_while_a_page_is_made_leaves_no_old_text_behind(client, monkeypatch):
    """The page is read, the post is edited, and only then the page is kept for other guests."""
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara, body="The old words.")
    inside = thread_views._render

    async def edited_meanwhile(request, view, **more):
        if "old words" in "".join(view.posts):
            opening = await Reply.get(thread_id=thread.id, number=1)
            await edit_reply(await viewer_of(amara), opening.id, "The new words.", opening.version)
        return await inside(request, view, **more)

    monkeypatch.setattr(thread_views, "_render", edited_meanwhile)
    assert "The old words." in (await client.get(f"/threads/{thread.id}")).text
    assert "The old words." not in (await client.get(f"/threads/{thread.id}")).text


async def test_a_page_takes_the_same_few_queries_however_long_it_is(client, app, sign_in):
    members = [await make_member(f"Member {n}") for n in range(6)]
    short, long = await make_thread(members[0]), await make_thread(members[0])
    for n in range(24):
        await make_reply(members[n % 6], long, f"Word {n}.")
    await sign_in(client, members[5])
    counts = {}
    async with new_client(app) as guest:
        for name, who in (("guest", guest), ("signed in", client)):
            for thread in (short, long):
                with counted_queries() as queries:
                    assert (await who.get(f"/threads/{thread.id}", headers={"Sec-Purpose": "prefetch"})).status_code == 200
                counts[name, thread.id] = len(queries)
    assert counts["guest", short.id] == counts["guest", long.id] <= 5
    assert counts["signed in", short.id] == counts["signed in", long.id] <= 6


async def test_a_full_page_is_light(client, sign_in):
    members = [
        await make_member(name, institution=await make_institution("Lakeside Institute"))
        for name in ("Amara Diallo", "Rafael Moura", "Layla Haddad", "Chenda Sok")
    ]
    await make_thread(members[0])
    thread = await write_full_thread(members)
    await sign_in(client, members[1])
    page = await client.get(f"/threads/{thread}")
    assert page.text.count('<li class="post"') == 20 + 1  # and the template for new ones
    assert page.text.count("<blockquote>") == 1 + 18 * 2
    assert len(page.content) <= 45 * 1024


async def test_the_list_takes_the_same_few_queries_however_long_it_is(client, sign_in):
    amara = await make_member("Amara Diallo")
    await make_thread(amara)
    await sign_in(client, await make_member("Rafael Moura"))
    with counted_queries() as few:
        await client.get("/discussions")
    for n in range(20):
        await make_thread(amara, f"Thread {n}")
    with counted_queries() as many:
        await client.get("/discussions")
    assert len(few) == len(many) <= 7


async def test_the_list_is_paged_by_key_in_both_directions(client):
    amara = await make_member("Amara Diallo")
    at = clock.now() - timedelta(days=90)
    for n in range(60):
        with clock.frozen(at + timedelta(hours=n // 2)):  # two share each moment
            await make_thread(amara, f"Thread {n:02}")
    seen, path = [], "/discussions"
    pages = []
    while path:
        page = (await client.get(path)).text
        pages.append(path)
        shown = [f"Thread {n:02}" for n in range(60) if f">Thread {n:02}<" in page]
        seen += sorted(shown, reverse=True)
        path = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page else ""
    assert seen == [f"Thread {n:02}" for n in range(59, -1, -1)]
    last = (await client.get(pages[-1])).text
    back = last.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert ">Thread 11<" in (await client.get(back)).text
    for odd in (
        "?after=x",
        "?after=WzEsMl0",
        "?after=WyJhIiwiYiJd",
        "?before=" + "9" * 500,
        "?theme=%00",
        "?show=x&lang=zz&kind=%27",
    ):
        assert (await client.get("/discussions" + odd)).status_code in {200, 404}


async def test_filters(client, sign_in):
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    french = await make_thread(amara, "Le chalumeau", lang="fr", place="greening")
    question = await make_thread(amara, "Which flux?", kind="question")
    await make_reply(rafael, question)
    await make_moderator(amara)
    await make_thread(amara, "The site moves", kind="announcement")
    titles = {"Le chalumeau", "Which flux?", "The site moves"}
    await sign_in(client, rafael)
    for query, shown in {
        "": titles,
        "theme=greening": {"Le chalumeau"},
        "lang=fr": {"Le chalumeau"},
        "kind=question": {"Which flux?"},
        "show=unanswered": {"Le chalumeau"},
        "show=following": {"Which flux?"},
        "show=unread": {"Le chalumeau", "The site moves"},
        "show=unread&theme=greening": {"Le chalumeau"},
    }.items():
        page = (await client.get(f"/discussions?{query}")).text
        assert {title for title in titles if f">{title}<" in page} == shown, query
    await client.post(f"/threads/{french.id}/follow", data={"level": "mute"})
    assert ">Le chalumeau<" not in (await client.get("/discussions?show=unread")).text
    gone = await client.post("/discussions/read")
    assert (gone.status_code, gone.headers["location"]) == (303, "/discussions")
    assert ">The site moves<" not in (await client.get("/discussions?show=unread")).text


async def test_a_pinned_thread_stands_on_top_of_its_theme(client):
    amara = await make_member("Amara Diallo")
    old = await make_thread(amara, "House guide")
    for n in range(3):
        await make_thread(amara, f"Newer {n}")
    async with unit_of_work():
        await Thread.filter(id=old.id).update(pinned=True)
    page = (await client.get("/discussions?theme=innovation")).text
    assert page.index(">House guide<") < page.index(">Newer 2<")


async def test_the_feed_is_for_everybody_alike(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara, "Gauges & <rulers>", "We **braze**.")
    feed = await client.get("/discussions/feed")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "Gauges &amp; &lt;rulers&gt;" in feed.text
    assert f"/threads/{thread.id}" in feed.text
    assert (await client.get("/discussions/feed", headers={"If-None-Match": feed.headers["etag"]})).status_code == 304
    await sign_in(client, amara)
    assert (await client.get("/discussions/feed")).text == feed.text


async def test_a_post_that_is_kept_is_shown_to_each_as_it_is_for_them(client, app, sign_in):
    """Its markup is kept by all that it depends on: the author, another, a moderator and a guest in turn, twice."""
    amara, lena = await make_member(), await make_member("Lena Horvat", language="fr", time_zone="Asia/Tokyo")
    thread = await make_thread(amara)
    await make_moderator(moderator := await make_member("Mira Sol"))
    reply = await make_reply(amara, thread, "We braze copper.")
    async with unit_of_work():
        await Reply.filter(id=reply.id).update(created_at=clock.now() - timedelta(days=2))
    seen = {}
    for _turn in range(2):
        for name, member in (("author", amara), ("other", lena), ("moderator", moderator), ("guest", None)):
            reader = new_client(app)
            if member:
                await sign_in(reader, member)
            page = (await reader.get(f"/threads/{thread.id}")).text
            part = page[page.index(f'id="p{reply.number}"') :].partition("</li>")[0]
            assert seen.setdefault(name, part) == part
    marks = {
        "edit": f"/replies/{reply.id}/edit", "report": f"/replies/{reply.id}/flag", "moderate": f"/moderation/replies/{reply.id}",
        "french": "Citer", "react": 'name="r"',
    }  # fmt: skip
    assert {name: {mark for mark, text in marks.items() if text in part} for name, part in seen.items()} == {
        "author": {"edit", "react"}, "other": {"report", "french", "react"}, "moderator": {"report", "moderate", "react"},
        "guest": set(),
    }  # fmt: skip
    assert len(set(seen.values())) == 4


async def test_a_long_post_is_not_kept(client):
    amara = await make_member()
    thread = await make_thread(amara, body="word " * 3000)
    before = (thread_page._post.cache_info().currsize, post_markup._post.cache_info().currsize)
    assert (await client.get(f"/threads/{thread.id}")).status_code == 200
    assert (thread_page._post.cache_info().currsize, post_markup._post.cache_info().currsize) == before


async def test_what_is_kept_for_guests_is_compressed_for_who_can_read_it(client, app):
    thread = await make_thread(await make_member(), body="We braze copper. " * 200)
    made = await client.get(f"/threads/{thread.id}")
    packed = await client.get(f"/threads/{thread.id}", headers={"accept-encoding": "gzip"})
    plain = await client.get(f"/threads/{thread.id}", headers={"accept-encoding": "identity"})
    assert (packed.headers["content-encoding"], "content-encoding" in plain.headers) == ("gzip", False)
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert made.text == packed.text == plain.text
    assert all("accept-encoding" in one.headers["vary"].lower() for one in (packed, plain))


async def test_the_empty_form_that_is_kept_is_the_one_that_would_be_made(client, sign_in):
    amara = await make_member("Amara Diallo", language="fr")
    thread = await make_thread(amara, lang="ar")
    await sign_in(client, amara)
    html = (await client.get(f"/threads/{thread.id}")).text
    with using_language("fr"):
        languages = languages_to_write_in(await viewer_of(amara), "ar")
        writing = Writing(lang="fr", languages=languages)
        assert writing.is_empty
        assert str(macro("discussions/_thread_parts.html", "reply_box", thread.id, languages, "fr", writing)) in html


async def test_a_page_in_low_data_mode_keeps_every_script(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara, "Қандай өлшегіш?", "تحية من ورشة العمل، 你好 🙂", lang="ar")
    await sign_in(client, amara)
    whole = (await client.get(f"/threads/{thread.id}")).text
    spare = (await client.get(f"/threads/{thread.id}", headers={"save-data": "on"})).text
    for words in ("Қандай өлшегіш?", "تحية من ورشة العمل، 你好 🙂"):
        assert words in whole
        assert words in spare


async def test_a_thread_whose_first_post_is_gone_is_described_by_its_title(client, sign_in, app):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara, title="Which gauge?")
    await delete_reply(await viewer_of(amara), (await Reply.get(thread_id=thread.id)).id)
    page = (await client.get(f"/threads/{thread.id}")).text
    assert '<meta name="description" content="Which gauge?">' in page
    assert '<link rel="canonical"' in page
    await sign_in(client, amara)
    for_members = (await client.get(f"/threads/{thread.id}")).text
    assert 'name="description"' not in for_members
    assert 'rel="canonical"' not in for_members
