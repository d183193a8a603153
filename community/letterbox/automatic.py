"""Mail that no person wrote: never posted, and never answered, or two machines would write to each other for ever.

RFC 3834 (automatic responses), RFC 2076 (Precedence), RFC 2919 (List-Id), RFC 3464 (delivery reports), and Microsoft's
X-Auto-Response-Suppress.
"""

from collections.abc import Callable

MACHINES = ("mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply")
PRESENT = ("x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-loop", "x-failed-recipients", "list-id")
PRECEDENCES = frozenset({"bulk", "junk", "list", "auto_reply"})
KINDS = frozenset({"multipart/report", "message/delivery-status", "message/disposition-notification"})


def is_automatic(header: Callable[[str], str | None], kind: str) -> bool:
    """Whether a machine wrote it. `header` answers a header's value, or None where it is missing."""
    submitted = header("auto-submitted")
    path = header("return-path")
    sender = (header("from") or "").lower().rpartition("<")[2]
    return (
        kind in KINDS
        or (submitted is not None and submitted.split(";")[0].strip().lower() != "no")
        or (header("precedence") or "").lower() in PRECEDENCES
        or (path is not None and path.replace(" ", "") == "<>")
        or any(header(name) is not None for name in PRESENT)
        or sender.startswith(MACHINES)
    )
