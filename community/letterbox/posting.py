"""From words to a post, by the way that the page goes: its form, its throttle, its action."""

from uuid import UUID

from community.audience import Viewer
from community.discussions.actions import post_reply
from community.discussions.forms import ReplyForm
from community.discussions.models import HeldPost, Reply
from community.errors import NotFound
from community.web.forms import checked
from community.web.limits import count

ON_THE_PAGE = ("30/minute", "/threads/{id:int}/replies")  # as in discussions/routes.py: one count for both ways


async def answer(actor: Viewer, target: str, text: str, client_id: UUID) -> Reply | HeldPost:
    """Answer "thread:9". Raises NotFound for a member who is out or a thread they do not see, Refused, Invalid, TooMany."""
    kind, _, number = target.partition(":")
    if not actor.signed_in or kind != "thread":
        raise NotFound
    await count(f"member:{actor.member}", *ON_THE_PAGE)
    sent = checked({"body": text}, ReplyForm)
    return await post_reply(actor, int(number), sent.body, client_id)
