"""What can happen in a discussion."""

from dataclasses import dataclass

from community.storage import fact


@fact
@dataclass(frozen=True)
class ThreadStarted:
    thread_id: int


@fact
@dataclass(frozen=True)
class ThreadEdited:
    """Its title, language, tags, or whether it is pinned or closed."""

    thread_id: int


@fact
@dataclass(frozen=True)
class ThreadMoved:
    """To another theme, and so perhaps to another audience."""

    thread_id: int


@fact
@dataclass(frozen=True)
class ThreadHidden:
    thread_id: int


@fact
@dataclass(frozen=True)
class ThreadRestored:
    thread_id: int


@fact
@dataclass(frozen=True)
class ReplyPosted:
    """Number 2 and on: number 1 comes with ThreadStarted."""

    reply_id: int


@fact
@dataclass(frozen=True)
class ReplyEdited:
    reply_id: int


@fact
@dataclass(frozen=True)
class ReplyDeleted:
    reply_id: int


@fact
@dataclass(frozen=True)
class ReplyHidden:
    reply_id: int


@fact
@dataclass(frozen=True)
class ReplyRestored:
    reply_id: int


@fact
@dataclass(frozen=True)
class AnswerAccepted:
    thread_id: int
    reply_id: int


@fact
@dataclass(frozen=True)
class PostHeld:
    held_id: int


@fact
@dataclass(frozen=True)
class PostApproved:
    """`reply_id` is the post that the held one became."""

    held_id: int
    reply_id: int


@fact
@dataclass(frozen=True)
class PostReturned:
    held_id: int
