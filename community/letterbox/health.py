"""Whether answers by mail can come in."""

from community.settings import settings
from community.web.health import check


@check("mail-in")
async def mail_comes_in() -> str:
    """Where letters carry an address to answer at, something must take the answers."""
    house = settings()
    if not house.reply:
        return "off"
    ways = ["SMTP"] * bool(house.reply_listen) + ["/mail/in"] * bool(house.reply_token)
    if not ways:
        raise LookupError
    return f"by {' and '.join(ways)}"
