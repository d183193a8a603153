"""Whether letters can leave."""

import asyncio

from community.mail.transport import server
from community.web.health import check

PATIENCE_S = 2.0


@check("mail")
async def mail_answers() -> str:
    """The server's port opens; nothing is said to it."""
    to = server()
    if to is None:
        return "outbox"
    async with asyncio.timeout(PATIENCE_S):
        _reader, writer = await asyncio.open_connection(to.host, to.port)
    writer.close()
    return to.host
