from uuid import uuid4

import pytest

from community.accounts.models import Member
from community.discussions.actions import delete_reply, edit_reply, set_reaction
from community.discussions.hiding import hide_reply, restore_reply
from community.discussions.jobs import render_all_anew
from community.discussions.models import Quote, Reaction, Reply, Revision
from community.discussions.search_documents import documents
from community.members.facts import ProfileChanged
from community.storage import announce, drain, enqueue, rows, unit_of_work
from tests.conftest import new_client
from tests.discussions.factories import make_moderator, make_reply, make_thread
from tests.factories import make_member
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

FRAGMENT = {"X-Fragment": "1"}


async def test_an_edit_keeps_what_was_said_before(client, sign_in, app):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    reply = await make_reply(amara, thread, "It works on a strong link.")
    await sign_in(client, amara)
    form = (await client.get(f"/replies/{reply.id}/edit")).text
    assert "It works on a strong link.</textarea>" in form
    saved = await client.post(f"/replies/{reply.id}/edit", data={"body": "It works on a weak link.", "version": "1"})
    assert saved.headers["location"] == f"/threads/{thread.id}#p2"
    async with new_client(app) as guest:
        page = (await guest.get(f"/threads/{thread.id}")).text
        assert "weak link" in page
        assert "strong link" not in page
        assert f"/replies/{reply.id}/history" in page
        history = (await guest.get(f"/replies/{reply.id}/history")).text
        assert "<del>strong</del><ins>weak</ins>" in history
        assert "It works on a strong link." in history


async def test_an_edit_as_fragment_and_as_preview(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    reply = await make_reply(amara, thread)
    await sign_in(client, amara)
    path = f"/replies/{reply.id}/edit"
    preview = await client.post(path, data={"body": "A **weak** link.", "version": "1", "preview": "1"})
    assert "A <strong>weak</strong> link." in preview.text
    assert "A **weak** link.</textarea>" in preview.text
    piece = await client.post(path, data={"body": "A **weak** link.", "version": "1", "preview": "1"}, headers=FRAGMENT)
    assert piece.text.strip() == "<p>A <strong>weak</strong> link.</p>"
    fragment = await client.post(path, data={"body": "A **weak** link.", "version": "1"}, headers=FRAGMENT)
    assert '<li class="post" id="p2">' in fragment.text
    assert await Revision.all().count() == 1


async def test_two_edits_at_once_lose_nothing(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    reply = await make_reply(amara, thread)
    await sign_in(client, amara)
    await client.post(f"/replies/{reply.id}/edit", data={"body": "From the phone.", "version": "1"})
    late = await client.post(f"/replies/{reply.id}/edit", data={"body": "From the desk.", "version": "1"})
    assert late.status_code == 422
    assert "From the desk.</textarea>" in late.text
    assert (await Reply.get(id=reply.id)).source == "From the phone."
    assert (await client.post(f"/replies/{reply.id}/edit", data={"body": "From the desk.", "version": "2"})).status_code == 303


async def test_nobody_edits_or_deletes_for_others(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    reply = await make_reply(amara, thread)
    await sign_in(client, await make_member("Mallory"))
    for path in (f"/replies/{reply.id}/edit", f"/replies/{reply.id}/delete"):
        assert (await client.get(path)).status_code == 403
    assert (await client.post(f"/replies/{reply.id}/edit", data={"body": "x", "version": "1"})).status_code == 403
    assert (await client.post(f"/replies/{reply.id}/delete")).status_code == 403
    assert (await Reply.get(id=reply.id)).state == "posted"


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_a_deleted_text_is_gone_everywhere(client, sign_in, headers):
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(amara)
    reply = await make_reply(amara, thread, "My secret formula of borax.")
    await edit_reply(await viewer_of(amara), reply.id, "My hidden formula of borax.", 1)
    quoting = await make_reply(rafael, thread, f"> formula of borax\n>\n> — [x #2](/replies/{reply.id})\n\nIndeed.")
    await set_reaction(await viewer_of(rafael), reply.id, "thanks", True)
    assert "formula of borax" in quoting.html
    await sign_in(client, amara)
    assert "hidden formula" in (await client.get(f"/replies/{reply.id}/delete")).text
    gone = await client.post(f"/replies/{reply.id}/delete", headers=headers)
    assert gone.status_code == (200 if headers else 303)
    await drain()
    for table in ("replies", "reply_revisions", "quotes", "hidden_posts", "drafts", "held_posts"):
        assert "borax" not in str(await rows(f"SELECT * FROM {table}")), table
    page = (await client.get(f"/threads/{thread.id}")).text
    assert "borax" not in page
    assert "Deleted by its author." in page
    assert "Indeed." in page
    assert 'id="p2"' in page
    assert (await client.get(f"/replies/{reply.id}/history")).status_code == 404
    assert (await client.get(f"/replies/{reply.id}/edit")).status_code == 403
    assert await Reaction.all().count() == await Revision.all().count() == 0
    assert await documents("reply", [reply.id]) == []
    assert "borax" not in str(await documents("reply", [quoting.id]))
    await thread.refresh_from_db()
    assert (thread.reply_count, thread.last_number) == (2, 3)
    assert (await client.post(f"/replies/{reply.id}/delete")).status_code == 303


async def test_of_a_post_quoted_very_often_no_word_survives_the_transaction(client):
    assert client
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara, body="Borax.")
    opening = await Reply.get(thread_id=thread.id, number=1)
    for n in range(24):
        await make_reply(amara, thread, f"> Borax.\n>\n> — [x #1](/replies/{opening.id})\n\nWord {n}.")
    await delete_reply(await viewer_of(amara), opening.id)
    assert "Borax" not in str(await rows("SELECT * FROM replies"))
    await drain()
    assert await Reply.filter(thread_id=thread.id, html="").count() == 1
    assert "Word 23." in (await Reply.get(thread_id=thread.id, number=25)).html


async def test_a_hidden_post_can_be_restored_with_everything(client, sign_in):
    amara, rafael, mod = await make_member("Amara Diallo"), await make_member("Rafael Moura"), await make_member("Mika Lehtola")
    await make_moderator(mod)
    thread = await make_thread(amara)
    reply = await make_reply(amara, thread, "Buy certificates.")
    await edit_reply(await viewer_of(amara), reply.id, "Buy certificates fast.", 1)
    await make_reply(rafael, thread, f"> Buy certificates\n>\n> — [x #2](/replies/{reply.id})\n\nPlease do not.")
    before = await Reply.get(id=reply.id)
    await hide_reply(await viewer_of(mod), reply.id, "advertising")
    await sign_in(client, amara)
    page = (await client.get(f"/threads/{thread.id}")).text
    assert "certificates" not in page
    assert "Hidden by a moderator: advertising." in page
    assert (await client.get(f"/replies/{reply.id}/history")).status_code == 404
    for table in ("replies", "reply_revisions", "quotes"):
        assert "certificates" not in str(await rows(f"SELECT * FROM {table}")), table
    await restore_reply(await viewer_of(mod), reply.id)
    after = await Reply.get(id=reply.id)
    assert (after.source, after.html, after.state) == (before.source, before.html, "posted")
    page = (await client.get(f"/threads/{thread.id}")).text
    assert page.count("Buy certificates") == 2
    assert await Revision.filter(reply_id=reply.id).count() == 1


async def test_a_hidden_post_that_its_author_deletes_does_not_come_back(client, sign_in):
    amara, mod = await make_member("Amara Diallo"), await make_member("Mika Lehtola")
    await make_moderator(mod)
    thread = await make_thread(amara)
    reply = await make_reply(amara, thread, "Buy certificates.")
    await hide_reply(await viewer_of(mod), reply.id, "advertising")
    await sign_in(client, amara)
    assert (await client.post(f"/replies/{reply.id}/delete")).status_code == 303
    assert "certificates" not in str(await rows("SELECT * FROM hidden_posts"))
    await sign_in(client, mod)
    assert (await client.post(f"/moderation/replies/{reply.id}", data={"verb": "restore"})).status_code == 409


async def test_a_quotation_survives_the_edit_of_the_one_who_quotes(client, sign_in):
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(amara, body="We braze copper.")
    opening = await Reply.get(thread_id=thread.id, number=1)
    text = f"> We braze copper.\n>\n> — [Amara Diallo #1](/replies/{opening.id})\n\nSo do we."
    reply = await make_reply(rafael, thread, text)
    await sign_in(client, rafael)
    form = (await client.get(f"/replies/{reply.id}/edit")).text
    assert "&gt; We braze copper." in form
    await client.post(f"/replies/{reply.id}/edit", data={"body": text + " Often.", "version": "1"})
    assert await Quote.all().count() == 1
    await delete_reply(await viewer_of(amara), opening.id)
    assert "copper" not in (await client.get(f"/replies/{reply.id}/history")).text
    assert "So do we. Often." in (await client.get(f"/threads/{thread.id}")).text


async def test_a_quotation_takes_the_new_name_of_whom_it_is_from(client):
    assert client
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(amara, body="We braze copper.")
    opening = await Reply.get(thread_id=thread.id, number=1)
    reply = await make_reply(rafael, thread, f"> We braze\n>\n> — [x #1](/replies/{opening.id})\n\nSo do we.")
    async with unit_of_work():
        await Member.filter(id=amara.id).update(name="Amara Diallo-Ba")
        await announce(ProfileChanged(amara.id))
    await drain()
    assert "Amara Diallo-Ba #1" in (await Reply.get(id=reply.id)).html


async def test_what_older_rules_rendered_is_rendered_anew(client):
    assert client
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    reply = await make_reply(amara, thread, "A **ruler**.")
    async with unit_of_work():
        await Reply.filter(id=reply.id).update(html="<p>as it was</p>", render_version=0)
        await enqueue(render_all_anew)
    await drain()
    assert "<strong>ruler</strong>" in (await Reply.get(id=reply.id)).html


async def test_reactions_are_states_and_not_counts(client, sign_in):
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(amara)
    reply = await make_reply(amara, thread)
    await sign_in(client, rafael)
    for _again in range(2):
        set_on = await client.post(f"/threads/{thread.id}/reactions", data={"r": f"{reply.id}t1"})
        assert (set_on.status_code, set_on.headers["location"]) == (303, f"/threads/{thread.id}#p2")
    page = (await client.get(f"/threads/{thread.id}")).text
    assert f'value="{reply.id}t0" aria-pressed="true">Tried it <span class="num">1</span>' in page
    fragment = await client.post(f"/threads/{thread.id}/reactions", data={"r": f"{reply.id}t0"}, headers=FRAGMENT)
    assert f'value="{reply.id}t1">Tried it</button>' in fragment.text
    for odd in ("x", "1l1", f"{reply.id}u2", "-1u1", "9" * 16 + "u1"):
        assert (await client.post(f"/threads/{thread.id}/reactions", data={"r": odd})).status_code == 422, odd
    assert (await client.post(f"/threads/{thread.id}/reactions", data={"r": "999u1"})).status_code == 404


async def test_the_one_who_asked_accepts_an_answer(client, sign_in):
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    question = await make_thread(amara, "Which flux?", kind="question")
    reply = await make_reply(rafael, question, "Borax.")
    await sign_in(client, rafael)
    assert (await client.post(f"/replies/{reply.id}/accept", data={"accepted": "1"})).status_code == 403
    await sign_in(client, amara)
    assert f'formaction="/replies/{reply.id}/accept"' in (await client.get(f"/threads/{question.id}")).text
    accepted = await client.post(f"/replies/{reply.id}/accept", data={"accepted": "1"}, headers=FRAGMENT)
    assert 'class="post answer"' in accepted.text
    page = (await client.get(f"/threads/{question.id}")).text
    assert "Answered" in page
    assert 'href="/threads/1#p2">Accepted answer' in page
    undone = await client.post(f"/replies/{reply.id}/accept", data={"accepted": "0"})
    assert undone.status_code == 303
    assert 'class="post answer"' not in (await client.get(f"/threads/{question.id}")).text
    opening = await Reply.get(thread_id=question.id, number=1)
    assert (await client.post(f"/replies/{opening.id}/accept", data={"accepted": "1"})).status_code == 403


async def test_watch_follow_and_mute(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    await sign_in(client, await make_member("Rafael Moura"))
    for level in ("watch", "follow", "mute"):
        fragment = await client.post(f"/threads/{thread.id}/follow", data={"level": level}, headers=FRAGMENT)
        assert f'value="" aria-pressed="true">{level.title()}' in fragment.text
    assert (await client.post(f"/threads/{thread.id}/follow", data={"level": ""})).status_code == 303
    assert 'aria-pressed="true"' not in (await client.get(f"/threads/{thread.id}")).text
    assert (await client.post(f"/threads/{thread.id}/follow", data={"level": "shout"})).status_code == 422
    followed = await client.post("/discussions/follow", data={"target": f"theme:{thread.category_id}", "level": "watch"})
    assert (followed.status_code, followed.headers["location"]) == (303, "/discussions?theme=innovation")
    assert 'value="" aria-pressed="true">Watch' in (await client.get("/discussions?theme=innovation")).text
    assert (await client.post("/discussions/follow", data={"target": "space:99", "level": "watch"})).status_code == 404


async def test_a_muted_place_counts_nothing_and_a_nearer_choice_counts_more(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread, other = await make_thread(amara, title="Jigs"), await make_thread(amara, title="Gauges")
    await sign_in(client, await make_member("Rafael Moura"))
    unread = "/discussions?show=unread"
    await client.post("/discussions/follow", data={"target": f"theme:{thread.category_id}", "level": "mute"})
    assert ">Jigs<" not in (await client.get(unread)).text
    assert "new for you" not in (await client.get("/discussions")).text
    await client.post(f"/threads/{thread.id}/follow", data={"level": "follow"})
    listed = (await client.get(unread)).text
    assert ">Jigs<" in listed
    assert ">Gauges<" not in listed
    assert "new for you" in (await client.get("/discussions")).text
    assert (await client.post(f"/threads/{other.id}/follow", data={"level": "shout"})).status_code == 422


async def test_a_retry_of_the_form_needs_no_luck(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    await sign_in(client, amara)
    assert (await client.post(f"/threads/{thread.id}/replies", data={"body": "x", "client_id": "no uuid"})).status_code == 422
    assert (await client.post(f"/threads/{thread.id}/replies", data={"body": "x\0y", "client_id": str(uuid4())})).status_code == 422
