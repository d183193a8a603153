"""A discussion as full as one page of it is: twenty posts of 1 KB of source, each with three mentions and two quotations."""

from collections import deque
from collections.abc import Iterable, Sequence
from uuid import uuid4

from community.accounts.identity import viewer_for
from community.accounts.models import Member
from community.discussions.actions import NewThread, post_reply, start_thread
from community.discussions.models import Reply, Thread

POSTS, SOURCE_BYTES = 20, 1024
SAID = "We stopped trying to see the work and began to assess the trace it leaves on the bench every week. "


async def write_full_thread(members: Sequence[Member], theme: str = "innovation") -> int:
    """Written in turn by members whose posts wait for nobody. Returns the id of the thread.

    The first post quotes nothing and the second one post, since there are no more.
    """
    writers = deque([await viewer_for(member.id) for member in members])
    new = NewThread(theme, "Which gauge for brazed joints?", _body(members, []), lang="en")
    thread = await start_thread(writers[0], new, uuid4())
    assert isinstance(thread, Thread)
    last = await Reply.get(thread_id=thread.id)
    quoted = deque([last.id], 2)
    for _post in range(POSTS - 1):
        writers.rotate()
        reply = await post_reply(writers[0], thread.id, _body(members, quoted), uuid4(), "en")
        assert isinstance(reply, Reply)
        quoted.append(reply.id)
    return thread.id


def _body(members: Sequence[Member], quoted: Iterable[int]) -> str:
    quotations = "".join(f"> {SAID}\n>\n> — [Somebody](/replies/{reply})\n\n" for reply in quoted)
    begun = quotations + "".join(f"@{member.handle} " for member in members[:3])
    return (begun + SAID * 11).encode()[:SOURCE_BYTES].decode()
