"""Where somebody else's message is reported: the slice that takes reports says so, and until it does no page offers it."""


class _Desk:
    address: str = ""


def reported_at(address: str) -> None:
    """Offer reports at `address`, such as "/messages/{id}/flag"."""
    _Desk.address = address


def report_address(message_id: int) -> str:
    return _Desk.address.format(id=message_id)
