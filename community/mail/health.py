"""Whether letters can leave."""

from community.mail.transport import server
from community.web.health import check, port_answers


@check("mail")
async def mail_answers() -> str:
    """The server's port opens; nothing is said to it."""
    to = server()
    if to is None:
        return "outbox"
    await port_answers(to.host, to.port)
    return "reachable"
