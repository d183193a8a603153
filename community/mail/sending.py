"""Sending: one ledger row per member and cause, written together with what caused it; the letter leaves in a job."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from community import clock
from community.mail.jobs import deliver
from community.mail.letters import written
from community.mail.models import Mail
from community.settings import settings
from community.storage import enqueue, row, rows
from community.text.gettext import spoken


@dataclass(frozen=True)
class Stranger:
    """Somebody without an account, whom a member invites. `name` is "" where it is not known, `email` is normalised."""

    email: str
    name: str
    language: str


_READER = "SELECT email, name, language FROM members WHERE id = :member_id AND left_at IS NULL"


async def send_mail(member_id: int, cause: str, template: str, **context: Any) -> bool:
    """Write a letter to a member and let it go after the commit. In the caller's unit.

    `cause` names why, such as "reply:5": the same cause reaches a member once, and the second time this answers False.
    `template` is such as "accounts/confirm"; it sees `name`, `origin` and the context, in the member's language. Addresses in it
    are made as `{{ origin }}/path`, never from a request.
    """
    reader = await row(_READER, member_id=member_id)
    if reader is None or await Mail.filter(member_id=member_id, cause=cause).exists():
        return False
    to = Stranger(reader["email"], reader["name"], reader["language"])
    await _write(member_id, to, cause, template, context)
    return True


async def send_to_stranger(member_id: int, to: Stranger, cause: str, template: str, **context: Any) -> bool:
    """Write a letter in a member's name to somebody who has no account; the ledger's row is the member's. Likewise once a cause.

    The template also sees `by`, the member's name.
    """
    writer = await row(_READER, member_id=member_id)
    if writer is None or await Mail.filter(member_id=member_id, cause=cause).exists():
        return False
    await _write(member_id, to, cause, template, {"by": writer["name"]} | context)
    return True


async def _write(member_id: int, to: Stranger, cause: str, template: str, context: dict[str, Any]) -> None:
    language = spoken(to.language)
    letter = written(template, language, {"name": to.name} | context)
    mail = await Mail.create(
        member_id=member_id, cause=cause, recipient=to.email, subject=letter.subject, text=letter.text,
        language=language, message_id=f"<{uuid4()}@{host()}>",
    )  # fmt: skip
    await enqueue(deliver, mail_id=mail.id)


async def send_composed(member_id: int, cause: str, composer: str, run_at: datetime | None = None) -> int | None:
    """Let a composer write a letter to a member as it leaves, not before `run_at`: the id of its row. In the caller's unit.

    None where that cause has reached the member before.
    """
    reader = await row(_READER, member_id=member_id)
    found = reader and await rows(
        """INSERT INTO mails (member_id, cause, recipient, subject, text, language, message_id, composer, created_at)
           VALUES (:member, :cause, :recipient, '', '', :language, :message_id, :composer, :at)
           ON CONFLICT (member_id, cause) DO NOTHING RETURNING id""",
        member=member_id, cause=cause, recipient=reader["email"], language=spoken(reader["language"]), composer=composer,
        message_id=message_id(cause, member_id), at=clock.now(),
    )  # fmt: skip
    if not found:
        return None
    await enqueue(deliver, run_at=run_at, mail_id=found[0]["id"])
    return int(found[0]["id"])


def message_id(cause: str, member_id: int) -> str:
    """The same whenever it is asked for, so that a later letter can name an earlier one."""
    return f"<{cause.replace(':', '-')}.{member_id}@{host()}>"


def host() -> str:
    """What stands behind the @ of a Message-ID and in a List-Id."""
    return urlsplit(settings().public_origin).hostname or "localhost"
