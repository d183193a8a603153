"""Sending: one ledger row per member and cause, written together with what caused it; the letter leaves in a job."""

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from community.mail.jobs import deliver
from community.mail.letters import written
from community.mail.models import Mail
from community.settings import settings
from community.storage import enqueue, row
from community.text.gettext import spoken

_READER = "SELECT email, name, language FROM members WHERE id = :member_id"


async def send_mail(member_id: int, cause: str, template: str, **context: Any) -> bool:
    """Write a letter to a member and let it go after the commit. In the caller's unit.

    `cause` names why, such as "reply:5": the same cause reaches a member once, and the second time this answers False.
    `template` is such as "accounts/confirm"; it sees `name`, `origin` and the context, in the member's language. Addresses in it
    are made as `{{ origin }}/path`, never from a request.
    """
    reader = await row(_READER, member_id=member_id)
    if reader is None or await Mail.filter(member_id=member_id, cause=cause).exists():
        return False
    language = spoken(reader["language"])
    letter = written(template, language, {"name": reader["name"]} | context)
    host = urlsplit(settings().public_origin).hostname
    mail = await Mail.create(
        member_id=member_id, cause=cause, recipient=reader["email"], subject=letter.subject, text=letter.text,
        language=language, message_id=f"<{uuid4()}@{host}>",
    )  # fmt: skip
    await enqueue(deliver, mail_id=mail.id)
    return True
