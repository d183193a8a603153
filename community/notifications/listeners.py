"""Who is told of what. Each runs again without harm: a member is told once per cause."""

from community.accounts.holders import holders
from community.audience import coordinators_key, member_key
from community.chat.facts import MessageDeleted, MessageSent
from community.discussions.facts import AnswerAccepted, PostApproved, ReplyDeleted, ReplyHidden, ReplyPosted, ThreadStarted
from community.exchange.facts import (
    InquiryAgreed,
    InquiryDeclined,
    InquiryLapsed,
    InquiryMessageSent,
    InquiryReminderDue,
    InquirySent,
    InquiryWithdrawn,
    ListingClosed,
    ListingExpiring,
    RingProposed,
)
from community.exchange.queries import coordinator_ids
from community.institutions.facts import AffiliationClaimed, AffiliationSettled
from community.notifications.actions import finish_about, finish_for_all, notify, retract
from community.practices.facts import PracticePublished, PracticeReturned, PracticeSubmitted
from community.spaces.facts import KnockAnswered, SpaceAskedFor, SpaceInvitation
from community.storage import fan_out, job, listens, row, rows, unit_of_work

MOST_MENTIONS = 20  # one post calls at most so many (SECURITY 38)

_POST = """
    SELECT r.id, r.number, r.author_id, r.state, t.id AS thread_id, t.author_id AS starter_id, t.audience, t.category_id, t.kind
    FROM replies AS r JOIN threads AS t ON t.id = r.thread_id JOIN categories AS c ON c.id = t.category_id WHERE r.id = :id
"""


@listens(ThreadStarted)
async def on_thread_started(fact: ThreadStarted) -> None:
    opening = await row("SELECT id FROM replies WHERE thread_id = :id AND number = 1", id=fact.thread_id)
    if opening:
        await _tell_of_post(opening["id"])


@listens(ReplyPosted, PostApproved)
async def on_reply(fact: ReplyPosted | PostApproved) -> None:
    await _tell_of_post(fact.reply_id)


async def _tell_of_post(reply_id: int) -> None:
    """Those it mentions, then who began the thread, then who watches it; the first reason counts."""
    post = await row(_POST, id=reply_id)
    if post is None or post["state"] != "posted":
        return
    about = {
        "cause": f"reply:{reply_id}", "root": f"thread:{post['thread_id']}", "audience": post["audience"],
        "actor_id": post["author_id"], "place": post["number"],
    }  # fmt: skip
    for member in await _mentioned(f"reply:{reply_id}", post["author_id"]):
        await notify(member, kind="mention", **about)
    if post["starter_id"] != post["author_id"] and not await _mutes(post["starter_id"], post["thread_id"]):
        await notify(post["starter_id"], kind="reply", **about)
    async with unit_of_work():
        await fan_out(tell_watchers, await _watchers(post), reply_id=reply_id)


async def _mentioned(source: str, author_id: int) -> list[int]:
    found = await rows(
        "SELECT target FROM text_references WHERE source = :source AND target LIKE 'member:%' ORDER BY target LIMIT :most",
        source=source, most=MOST_MENTIONS,
    )  # fmt: skip
    members = [int(one["target"].partition(":")[2]) for one in found]
    blocks = await rows("SELECT blocker_id FROM blocks WHERE blocked_id = :author", author=author_id)
    return [member for member in members if member != author_id and member not in {block["blocker_id"] for block in blocks}]


async def _mutes(member_id: int, thread_id: int) -> bool:
    found = await row(
        "SELECT 1 AS found FROM followings WHERE member_id = :member AND target = :target AND level = 'mute'",
        member=member_id, target=f"thread:{thread_id}",
    )  # fmt: skip
    return found is not None


async def _watchers(post: dict[str, object]) -> list[int]:
    """Who watches the thread or its place and has not muted the thread."""
    found = await rows(
        """SELECT DISTINCT f.member_id FROM followings AS f WHERE f.level = 'watch' AND f.target IN :targets
           AND f.member_id <> :author AND NOT EXISTS (SELECT 1 FROM followings AS m WHERE m.member_id = f.member_id
               AND m.target = :thread AND m.level = 'mute') ORDER BY f.member_id""",
        targets=[f"thread:{post['thread_id']}", f"theme:{post['category_id']}", str(post["audience"])], author=post["author_id"],
        thread=f"thread:{post['thread_id']}",
    )  # fmt: skip
    return [one["member_id"] for one in found]


@job
async def tell_watchers(ids: list[int], reply_id: int) -> None:
    post = await row(_POST, id=reply_id)
    if post is None or post["state"] != "posted":
        return
    for member in ids:
        await notify(
            member, kind="watched", cause=f"reply:{reply_id}", root=f"thread:{post['thread_id']}", audience=post["audience"],
            actor_id=post["author_id"], place=post["number"],
        )  # fmt: skip


@listens(AnswerAccepted)
async def on_answer(fact: AnswerAccepted) -> None:
    post = await row(_POST, id=fact.reply_id)
    if post and post["state"] == "posted" and post["author_id"] != post["starter_id"]:
        await notify(
            post["author_id"], kind="answer", cause=f"answer:{fact.reply_id}", root=f"thread:{fact.thread_id}",
            audience=post["audience"], actor_id=post["starter_id"],
        )  # fmt: skip


@listens(MessageSent)
async def on_message(fact: MessageSent) -> None:
    message = await row(
        """SELECT m.seq, m.author_id, m.state, r.audience FROM messages AS m JOIN rooms AS r ON r.id = m.room_id
           WHERE m.id = :id""",
        id=fact.message_id,
    )  # fmt: skip
    if message is None or message["state"] != "posted":
        return
    for member in await _mentioned(f"message:{fact.message_id}", message["author_id"]):
        await notify(
            member, kind="mention", cause=f"message:{fact.message_id}", root=f"room:{fact.room_id}", place=message["seq"],
            audience=message["audience"], actor_id=message["author_id"],
        )  # fmt: skip


@listens(ReplyDeleted, ReplyHidden)
async def on_reply_gone(fact: ReplyDeleted | ReplyHidden) -> None:
    post = await row("SELECT thread_id FROM replies WHERE id = :id", id=fact.reply_id)
    if post:
        await retract(f"thread:{post['thread_id']}", [f"reply:{fact.reply_id}", f"answer:{fact.reply_id}"])


@listens(MessageDeleted)
async def on_message_gone(fact: MessageDeleted) -> None:
    await retract(f"room:{fact.room_id}", [f"message:{fact.message_id}"])


@listens(InquirySent)
async def on_inquiry(fact: InquirySent) -> None:
    inquiry = await _inquiry(fact.inquiry_id)
    await _tell_side(inquiry["host_id"], fact.inquiry_id, "inquiry", f"inquiry:{fact.inquiry_id}", inquiry["author_id"])


@listens(InquiryMessageSent)
async def on_inquiry_message(fact: InquiryMessageSent) -> None:
    """The side that wrote has nothing to do for now; the other has."""
    inquiry = await _inquiry(fact.inquiry_id)
    message = await row("SELECT institution_id, author_id FROM inquiry_messages WHERE id = :id", id=fact.message_id)
    if message is None:
        return
    other = inquiry["guest_id"] if message["institution_id"] == inquiry["host_id"] else inquiry["host_id"]
    for member in await coordinator_ids(message["institution_id"]):
        await finish_about(member, f"inquiry:{fact.inquiry_id}")
    cause = f"inquiry:{fact.inquiry_id}:message:{fact.message_id}"
    await _tell_side(other, fact.inquiry_id, "inquiry_answer", cause, message["author_id"])


@listens(InquiryAgreed, InquiryDeclined, InquiryWithdrawn, InquiryLapsed)
async def on_inquiry_ended(fact: InquiryAgreed | InquiryDeclined | InquiryWithdrawn | InquiryLapsed) -> None:
    """Both sides are done with it; the side that did not decide is told how it ended."""
    inquiry, kind = await _inquiry(fact.inquiry_id), f"inquiry_{type(fact).__name__.removeprefix('Inquiry').lower()}"
    for side in (inquiry["host_id"], inquiry["guest_id"]):
        for member in await coordinator_ids(side):
            await finish_about(member, f"inquiry:{fact.inquiry_id}")
    told = inquiry["host_id"] if isinstance(fact, InquiryWithdrawn) else inquiry["guest_id"]
    await _tell_side(told, fact.inquiry_id, kind, f"inquiry:{fact.inquiry_id}:{kind}", None)


@listens(InquiryReminderDue)
async def on_reminder(fact: InquiryReminderDue) -> None:
    await _tell_side(fact.institution_id, fact.inquiry_id, "inquiry_reminder", f"inquiry:{fact.inquiry_id}:days:{fact.days}", None)


@listens(RingProposed)
async def on_ring(fact: RingProposed) -> None:
    proposal = await row("SELECT institution_id FROM ring_proposals WHERE id = :id", id=fact.proposal_id)
    if proposal:
        for member in await coordinator_ids(proposal["institution_id"]):
            await notify(
                member, kind="ring", cause=f"proposal:{fact.proposal_id}", root=f"proposal:{fact.proposal_id}",
                audience=coordinators_key(proposal["institution_id"]),
            )  # fmt: skip


@listens(ListingExpiring)
async def on_listing_expiring(fact: ListingExpiring) -> None:
    """The reminder of 3 days stands for that of 14."""
    listing = await row("SELECT institution_id, status, expires_at FROM listings WHERE id = :id", id=fact.listing_id)
    if listing is None or listing["status"] not in {"open", "paused"}:
        return
    root, cause = f"listing:{fact.listing_id}", f"listing:{fact.listing_id}:{listing['expires_at']:%Y%m%d}:{fact.days}"
    await finish_for_all(root, but=cause)
    key = coordinators_key(listing["institution_id"])
    for member in await coordinator_ids(listing["institution_id"]):
        await notify(member, kind="listing_expiring", cause=cause, root=root, audience=key)


@listens(ListingClosed)
async def on_listing_closed(fact: ListingClosed) -> None:
    await finish_for_all(f"listing:{fact.listing_id}")


@listens(PracticePublished)
async def on_practice_published(fact: PracticePublished) -> None:
    edition = await row("SELECT audience FROM editions WHERE id = :id", id=fact.edition_id)
    if edition:
        about = {"root": f"edition:{fact.edition_id}", "audience": edition["audience"]}
        for author in await holders(f"practice:{fact.practice_id}"):
            await finish_about(author, about["root"])
            await notify(author, kind="practice_published", cause=f"practice:{fact.edition_id}:published", **about)


@listens(PracticeReturned)
async def on_practice_returned(fact: PracticeReturned) -> None:
    """Each decision is told once; what it says stands on the page of the draft."""
    decision = await row("SELECT edition_id, verdict FROM practice_decisions WHERE id = :id", id=fact.decision_id)
    if decision:
        kind = "practice_rejected" if decision["verdict"] == "reject" else "practice_returned"
        for author in await holders(f"practice:{fact.practice_id}"):
            await notify(
                author, kind=kind, cause=f"practice:{decision['edition_id']}:decision:{fact.decision_id}",
                root=f"edition:{decision['edition_id']}", audience=f"practice:{fact.practice_id}",
            )  # fmt: skip


@listens(PracticeSubmitted)
async def on_practice_submitted(fact: PracticeSubmitted) -> None:
    """Handed in again, what was asked for is dealt with."""
    found = await row("SELECT edition_id, author_id FROM practice_submissions WHERE id = :id", id=fact.submission_id)
    if found:
        await finish_about(found["author_id"], f"edition:{found['edition_id']}")


@listens(SpaceInvitation, SpaceAskedFor)
async def on_knock(fact: SpaceInvitation | SpaceAskedFor) -> None:
    """Whoever is invited, or the moderators who are asked; nobody once it was answered."""
    knock = await row(
        "SELECT id, kind, by_id FROM space_knocks WHERE space_id = :space AND member_id = :member",
        space=fact.space_id, member=fact.member_id,
    )  # fmt: skip
    if knock is None:
        return
    cause, inside = f"knock:{knock['id']}", f"space:{fact.space_id}"
    if knock["kind"] == "invited":
        key = member_key(fact.member_id)
        await notify(fact.member_id, cause=cause, kind="space_invited", root=cause, audience=key, actor_id=knock["by_id"])
        return
    for moderator in await holders(inside, "moderator"):
        await notify(moderator, cause=cause, kind="space_asked", root=cause, audience=inside, actor_id=fact.member_id)


@listens(KnockAnswered)
async def on_knock_answered(fact: KnockAnswered) -> None:
    await finish_for_all(f"knock:{fact.knock_id}")


@listens(AffiliationClaimed)
async def on_claim(fact: AffiliationClaimed) -> None:
    """Every coordinator of this moment; a claim made again stands for the earlier one."""
    claim = await row(
        "SELECT institution_id, member_id FROM affiliations WHERE id = :id AND confirmed_at IS NULL", id=fact.affiliation_id
    )
    if claim is None:
        return
    root, cause = f"claim:{claim['institution_id']}:{claim['member_id']}", f"claim:{fact.affiliation_id}"
    await finish_for_all(root, but=cause)
    for coordinator in await coordinator_ids(claim["institution_id"]):
        await notify(
            coordinator, kind="claim", cause=cause, root=root, audience=coordinators_key(claim["institution_id"]),
            actor_id=claim["member_id"],
        )  # fmt: skip


@listens(AffiliationSettled)
async def on_claim_settled(fact: AffiliationSettled) -> None:
    waiting = await row(
        "SELECT id FROM affiliations WHERE institution_id = :institution AND member_id = :member AND confirmed_at IS NULL",
        institution=fact.institution_id, member=fact.member_id,
    )  # fmt: skip
    await finish_for_all(f"claim:{fact.institution_id}:{fact.member_id}", but=f"claim:{waiting['id']}" if waiting else "")


async def _inquiry(inquiry_id: int) -> dict[str, int]:
    found = await row("SELECT host_id, guest_id, author_id FROM inquiries WHERE id = :id", id=inquiry_id)
    assert found is not None
    return found


async def _tell_side(institution_id: int, inquiry_id: int, kind: str, cause: str, actor_id: int | None) -> None:
    for member in await coordinator_ids(institution_id):
        await notify(
            member, kind=kind, cause=cause, root=f"inquiry:{inquiry_id}", audience=f"inquiry:{inquiry_id}", actor_id=actor_id
        )
