"""What the gateway must ask, answered by the community: who comes in, what they may follow and say, what has changed."""

import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import cookie_parser

from community import clock
from community.accounts.identity import cookie_name, signed_in_by_each
from community.audience import Viewer
from community.chat.actions import delete_message, edit_message, mark_read, send_message
from community.chat.committing import Sent
from community.chat.pinning import set_pin
from community.chat.reacting import set_reaction
from community.errors import DomainError, Invalid, NotFound, TooMany
from community.errors import Refused as NotAllowed
from community.settings import settings
from community.storage import Together, overhearing, rows, topic_of
from community.storage.live import fresh_after
from community.text.gettext import _, using_language
from community.text.names import initials, tone
from community.web.limits import FORMS, count
from realtime.bus import bus_at
from realtime.frames import Ack, Command, Delete, Edit, Pin, React, Read, Refused, Send, Subscribe
from realtime.gateway import Gateway
from realtime.house import Entry, Limits, Mark, Refusal, RequestHead, Session
from realtime.origin import is_same_origin
from realtime.polling import Poll, polled

log = logging.getLogger(__name__)

PATH = "/ws"
REACTIONS = "120/minute"  # of one member: each is an entry, and whoever is 300 behind begins anew
# How many a member may make, counted with those that come by the form of that address.
PACES: Mapping[type, tuple[str, str]] = {
    React: (REACTIONS, "/messages/reactions"),
    Edit: (FORMS, "/messages/{id:int}/edit"),
    Delete: (FORMS, "/messages/{id:int}/delete"),
    Pin: (FORMS, "/messages/{id:int}/pin"),
}
LOOK_BACK = timedelta(seconds=30)  # a unit of work that raised a version may commit so much later


@dataclass(frozen=True)
class SignedInAs:
    """What a session carries for us: the viewer, and the token to ask again with."""

    viewer: Viewer
    token: str


class Community:
    """The House of the gateway."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}
        self._looked_until: datetime | None = None
        self._signed_in = Together(signed_in_by_each, gathers=True)
        self._head = Together(self._heads, gathers=True)

    # --- who

    async def admit(self, head: RequestHead) -> Session | Refusal:
        if head.path.partition("?")[0] != PATH:
            return Refusal(404, "There is nothing here.")
        if not is_same_origin(head, settings().origin):
            return Refusal(403, "Another site asks for this.")
        session = await self._session(_token(head))
        return session or Refusal(403, "Sign in first.")

    async def renewed(self, session: Session) -> Session | None:
        return await self._session(session.viewer.token)

    async def _session(self, token: str) -> Session | None:
        found = await self._signed_in(token) if token else None
        return session_of(found.viewer, token, (found.expires_at - clock.now()).total_seconds()) if found else None

    # --- what they follow

    async def may_follow(self, session: Session, topic: str) -> bool:
        found = topic_of(topic)
        return found is not None and await found[0].may_follow(session.viewer.viewer, found[1])

    async def heads(self, topics: Sequence[str]) -> Mapping[str, Mark]:
        if len(topics) != 1:
            return await self._heads(topics)
        found = await self._head(topics[0])
        return {topics[0]: found} if found else {}

    async def _heads(self, topics: Sequence[str]) -> Mapping[str, Mark]:
        by_kind: defaultdict[str, list[int]] = defaultdict(list)
        for name in topics:
            if found := topic_of(name):
                by_kind[name.partition(":")[0]].append(found[1])
        marks: dict[str, Mark] = {}
        for prefix, ids in by_kind.items():
            kind = topic_of(f"{prefix}:{ids[0]}")
            heads = await kind[0].head(ids) if kind else {}
            marks |= {f"{prefix}:{number}": Mark(epoch, seq) for number, (epoch, seq) in heads.items()}
        return marks

    async def entries(self, topic: str, after: int, limit: int) -> Sequence[Entry]:
        found = topic_of(topic)
        return await found[0].entries(found[1], after, limit) if found else []

    def fresh(self, topic: str, after: int) -> Sequence[Entry]:
        return fresh_after(topic, after)

    def gathers(self, topic: str) -> bool:
        found = topic_of(topic)
        return found is not None and found[0].gathers

    async def changed_rights(self) -> frozenset[str]:
        """Versions are compared, times only narrow the query: processes' clocks and commits may lag by LOOK_BACK."""
        since = self._looked_until or clock.now() - LOOK_BACK
        found = await rows("SELECT subject, version, changed_at FROM rights_versions WHERE changed_at > :since", since=since)
        changed = frozenset(row["subject"] for row in found if self._versions.get(row["subject"]) != row["version"])
        self._versions = {row["subject"]: row["version"] for row in found}
        newest = max((row["changed_at"] for row in found), default=None)
        self._looked_until = max(since, newest - LOOK_BACK) if newest else since
        return changed

    # --- what they say

    async def command(self, session: Session, command: Command) -> Ack | Refused | None:
        actor: Viewer = session.viewer.viewer
        client_id = _client_id(command)
        with using_language(actor.language):
            try:
                sent = await _done(actor, command)
            except DomainError as error:
                return _refused(client_id, error, command)
        return Ack(client_id, sent.message_id, f"room:{sent.room_id}", sent.seq) if sent else None

    def failure(self, session: Session, command: Command) -> Refused:
        with using_language(session.viewer.viewer.language):
            return Refused(_client_id(command), "failed", _("That did not work. It is sent again."), 2.0)


def session_of(viewer: Viewer, token: str, expires_in: float) -> Session:
    member = viewer.member or 0
    return Session(
        member=member,
        name=viewer.name,
        person={"id": member, "name": viewer.name, "initials": initials(viewer.name), "tone": tone(member)},
        subjects=frozenset({f"member:{member}", f"session:{viewer.session}", *(f"audience:{key}" for key in viewer.audiences)}),
        expires_in=expires_in,
        viewer=SignedInAs(viewer, token),
    )


def _client_id(command: Command) -> str:
    return "" if isinstance(command, Read) else str(command.client_id)


async def _done(actor: Viewer, command: Command) -> Sent | None:
    if pace := PACES.get(type(command)):
        await count(f"member:{actor.member}", *pace)
    match command:
        case Send(topic=topic, client_id=client_id, text=text, lang=lang, files=files, reply_to=reply_to):
            return await send_message(actor, _room(topic), text, client_id, lang, files, reply_to)
        case Edit(message=message, text=text):
            return await edit_message(actor, message, text)
        case Delete(message=message):
            return await delete_message(actor, message)
        case React(message=message, emoji=kind, on=on):
            return await set_reaction(actor, message, kind, on=on)
        case Pin(message=message, on=on):
            return await set_pin(actor, message, on=on)
        case Read(topic=topic, seq=seq) if topic.startswith("room:"):
            await mark_read(actor, _room(topic), seq)
    return None


def _room(topic: str) -> int:
    kind, _colon, number = topic.partition(":")
    if kind != "room":
        raise NotFound
    return int(number)


def _refused(client_id: str, error: DomainError, command: Command) -> Refused:
    match error:
        case TooMany():
            return Refused(client_id, "too-often", error.text, float(error.retry_after))
        case Invalid():
            return Refused(client_id, "invalid", next(iter(error.errors.values())))
        case NotAllowed():
            return Refused(client_id, error.reason, error.text)
        case NotFound():
            of_a_room = isinstance(command, Send | Read)
            text = _("This room is no longer open to you.") if of_a_room else _("This message is no longer there.")
            return Refused(client_id, "not-found", text)
        case _:
            return Refused(client_id, "conflict", error.text)


def _token(head: RequestHead) -> str:
    return cookie_parser("; ".join(head.values("cookie"))).get(cookie_name(), "")


class _Here:
    """The gateway of this process, if it has one."""

    gateway: Gateway | None = None


@contextlib.asynccontextmanager
async def gateway_running(limits: Limits | None = None) -> AsyncIterator[Gateway]:
    """The gateway of this process, to be given a port (realtime/ports.py); the database is open. At the end all are told to come
    back.
    """
    gateway = Gateway(Community(), bus_at(settings().bus), limits)
    with overhearing(lambda name: _pass_on(gateway, name)):
        await gateway.start()
        _Here.gateway = gateway
        try:
            yield gateway
        finally:
            _Here.gateway = None
            await gateway.close()


def _pass_on(gateway: Gateway, name: str) -> None:
    if topic_of(name):
        gateway.announce(name)


@contextlib.asynccontextmanager
async def wakes_passed_on() -> AsyncIterator[None]:
    """For a process without sockets (a worker): tell the others what was committed here."""
    bus = bus_at(settings().bus)
    with overhearing(lambda name: bus.say({"wake": name}) if topic_of(name) else None):
        await bus.start(_heeds_nothing)
        try:
            yield
        finally:
            await bus.close()


def _heeds_nothing(message: Mapping[str, Any]) -> None:
    pass


async def held(session: Session, ask: Subscribe, seconds: float, gone: Coroutine[Any, Any, None]) -> Poll:
    """A request that waits for what a topic says; in a process without a gateway it is answered at once."""
    gateway = _Here.gateway or Gateway(Community())
    return await polled(gateway, session, ask, seconds if _Here.gateway else 0, gone)


def people_in(room_id: int) -> tuple[int, list[Mapping[str, Any]]]:
    """How many members are in a room now, and who, as far as this process knows; nobody is named in a large room."""
    return _Here.gateway.presence.who(f"room:{room_id}") if _Here.gateway else (0, [])


def connected() -> int:
    """How many sockets this process holds."""
    return len(_Here.gateway.connections) if _Here.gateway else 0
