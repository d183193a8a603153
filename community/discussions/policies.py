"""Who may do what to a thread that they see."""

from community.audience import MEMBERS, PUBLIC, Viewer
from community.discussions.models import Category, Reply, Thread
from community.discussions.powers import POWERS, Role


def can_start(viewer: Viewer, category: Category, kind: str) -> bool:
    """Announcements are for those who moderate the place."""
    return viewer.signed_in and (kind != "announcement" or moderates(viewer, category.id, category.audience, "announce"))


def can_reply(viewer: Viewer, thread: Thread) -> bool:
    return viewer.signed_in and not thread.closed and thread.audience_when_released is None


def must_wait(viewer: Viewer, audience: str) -> bool:
    """A newcomer's post waits for a moderator, except among the members of a space that let them in."""
    return viewer.trust == "newcomer" and not audience.startswith("space:")


def can_edit(viewer: Viewer, thread: Thread, reply: Reply) -> bool:
    return viewer.member == reply.author_id and reply.state == "posted" and thread.audience_when_released is None


def can_delete(viewer: Viewer, thread: Thread, reply: Reply) -> bool:
    return viewer.member == reply.author_id and reply.state != "deleted"


def can_react(viewer: Viewer, thread: Thread, reply: Reply) -> bool:
    return viewer.signed_in and reply.state == "posted"


def can_edit_thread(viewer: Viewer, thread: Thread) -> bool:
    return viewer.member == thread.author_id or can_moderate(viewer, thread, "correct")


def can_accept(viewer: Viewer, thread: Thread) -> bool:
    return thread.kind == "question" and can_edit_thread(viewer, thread)


def can_moderate(viewer: Viewer, thread: Thread, action: str = "hide") -> bool:
    return moderates(viewer, thread.category_id, thread.audience_when_released or thread.audience, action)


def moderates(viewer: Viewer, category_id: int, audience: str, action: str = "hide") -> bool:
    """Whether the table of powers gives the viewer this action in the place, as whatever they are there."""
    if audience.startswith("space:"):
        roles: list[Role] = ["moderator"] if viewer.has_role(audience, "moderator") else []
        return any(action in POWERS[role, "space"] for role in roles)
    roles = ["steward"] if viewer.is_steward else []
    roles += ["moderator"] if viewer.has_role(f"theme:{category_id}", "moderator") else []
    return audience in {PUBLIC, MEMBERS} and any(action in POWERS[role, "theme"] for role in roles)


def is_moderator(viewer: Viewer) -> bool:
    """Of anything at all: who finds the moderators' list."""
    return viewer.is_steward or bool(viewer.moderates)


def moderators_key(category_id: int, audience: str) -> str:
    """The key of what only the moderators of a place see. Those of a theme hold it in `grants`; see also `desk.moderating`."""
    return f"moderators:{audience}" if audience.startswith("space:") else f"theme:{category_id}"
