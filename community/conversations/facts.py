"""What can happen to conversations."""

from dataclasses import dataclass

from community.storage import fact


@fact
@dataclass(frozen=True)
class ConversationAsked:
    """Somebody is asked to come in."""

    request_id: int


@fact
@dataclass(frozen=True)
class ConversationAnswered:
    """With yes or no, or the request was taken back."""

    request_id: int


@fact
@dataclass(frozen=True)
class ConversationLeft:
    """By the member, or because the host took them out."""

    conversation_id: int
    member_id: int
