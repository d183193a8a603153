"""Who may begin, join and change conversations. Pure: the viewer and the thing decide."""

from community.accounts.models import Member
from community.audience import Viewer
from community.conversations.models import Conversation


def can_begin(viewer: Viewer) -> bool:
    """A route's policy. Whom a newcomer may write to is asked with the form."""
    return viewer.signed_in


def can_ask_strangers(viewer: Viewer) -> bool:
    return viewer.is_trusted


def can_be_asked(viewer: Viewer, member: Member, shared_institutions: frozenset[int]) -> bool:
    """Nobody but coordinators of the same institution writes first to a member under 18."""
    return not member.is_under_18 or bool(viewer.coordinates & shared_institutions)


def is_group(conversation: Conversation) -> bool:
    return conversation.pair is None


def can_add(viewer: Viewer, conversation: Conversation) -> bool:
    """Everybody who is in a group; two stay two."""
    return is_group(conversation) and viewer.holds(conversation.key)


def can_leave(viewer: Viewer, conversation: Conversation) -> bool:
    return is_group(conversation) and viewer.holds(conversation.key)


def hosts(viewer: Viewer, conversation: Conversation) -> bool:
    """Who may name a group and take somebody out of it."""
    return is_group(conversation) and viewer.has_role(conversation.key, "host")
