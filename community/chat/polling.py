"""What a room's socket would say, to who cannot have one: a request that is held until there is something to tell."""

from starlette.requests import Request
from starlette.responses import Response

from community.accounts.identity import cookie_name
from community.chat.sockets import held, session_of
from community.errors import NotFound, TooMany, Unavailable
from community.web.routing import viewer_of
from realtime.frames import TOO_MANY, Subscribe
from realtime.polling import Poll

HELD_S = 25  # proxies cut what is silent for a minute, phones' networks sooner
RENEWED_S = 60.0  # its rights are asked for at once, and again long before this


async def events(request: Request) -> Response:
    """`?after=SEQ&epoch=E`: every later entry at once, or those that come within `&hold=25` seconds. Without `after`: where the log
    stands.
    """
    ask, hold = _asked(request), _number(request, "hold")
    session = session_of(viewer_of(request), request.cookies.get(cookie_name(), ""), RENEWED_S)
    seconds = 0 if ask.seq is None else HELD_S if hold is None else min(hold, HELD_S)
    poll = await held(session, ask, seconds, _hung_up(request))
    _refuse(poll)
    body = b'{"member":%d,"frames":[%s]}' % (session.member, b",".join(poll.frames))
    return Response(body, media_type="application/json")


def _asked(request: Request) -> Subscribe:
    epoch = request.query_params.get("epoch", "")
    if not epoch.isascii() or len(epoch) > 40:
        raise NotFound
    return Subscribe(f"room:{request.path_params['id']}", epoch or None, _number(request, "after"))


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise NotFound
    return int(text)


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refuse(poll: Poll) -> None:
    if poll.ended == TOO_MANY:
        raise TooMany(30)
    if poll.is_cut or (poll.ended is not None and poll.ended >= 3500):
        raise NotFound
    if not poll.is_placed:
        raise Unavailable
