"""Starting the processes: web, sockets and worker in one, or each alone."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from socket import socket
from typing import Any

import uvicorn

from community import logs
from community.app import make_app
from community.chat.sockets import gateway_running, wakes_passed_on
from community.demo.growing import grow
from community.demo.running import invitation, load, refuse_other_network
from community.discovery.engines import engine_open
from community.letterbox.listening import taking_mail
from community.maintenance import refuse_pending, refuse_public_demo, refuse_unfinished_restoration
from community.settings import Settings, settings, variable
from community.storage import database_open, working
from community.web.listening import FINISH_S, Server, handed_over
from community.web.slow_clients import Impatient
from realtime.ports import on_own_port, on_web_port

Show = Callable[[str], None]


async def serve(parts: Collection[str], *, fd: int | None = None, ready: Callable[[], None] | None = None) -> None:
    """Run the parts among "web", "sockets", "worker" and "mail" until the process is told to stop.

    It listens on PORT, or on a socket that was handed over: number `fd`, or systemd's. `ready` is called once it listens.
    """
    logs.set_up(settings().log)
    given = _given_socket(fd)
    async with AsyncExitStack() as running:
        await running.enter_async_context(_house())
        hears = not {"web", "sockets"}.isdisjoint(parts)  # pages without sockets hold requests for who cannot have one
        gateway = await running.enter_async_context(gateway_running()) if hears else None
        if not hears:
            await running.enter_async_context(wakes_passed_on())
        if "worker" in parts:
            await running.enter_async_context(working())
        if "mail" in parts and settings().reply_listen:
            await running.enter_async_context(taking_mail(settings().reply_listen))
        if "web" in parts:
            await _listen(gateway, "sockets" in parts, given, ready)
        else:
            await _until_told_to_stop()


async def serve_demo(show: Show, *, stay: bool, posts: int = 0) -> None:
    """Load the demonstration network, if it is not there yet; grow it to `posts` for benches; with `stay` start the site."""
    os.environ[variable("demo")] = "true"
    settings.cache_clear()
    if not settings().on_loopback or settings().origin:
        raise SystemExit(
            "The demonstration network has public pass phrases: it runs on this machine only (GUILDHALL_HOST=127.0.0.1)."
        )
    refuse_unfinished_restoration()
    await load(show)
    await refuse_other_network()
    if posts:
        await grow(posts, show)
    if stay:
        await serve(("web", "sockets", "worker"), ready=lambda: show(invitation(settings().public_origin)))


async def serve_sockets(configured: Settings, port: int) -> None:
    """Sockets alone, on a port of their own."""
    logs.set_up(settings().log)
    async with _house(), gateway_running() as gateway, await on_own_port(gateway, configured.host, port):
        await _until_told_to_stop()


async def work() -> None:
    """Listeners and jobs alone."""
    logs.set_up(settings().log)
    async with _house(), wakes_passed_on(), working():
        await _until_told_to_stop()


async def take_mail(configured: Settings) -> None:
    """Mail over SMTP alone."""
    logs.set_up(settings().log)
    if not configured.reply_listen:
        raise SystemExit("Set GUILDHALL_REPLY_LISTEN to where mail is to be taken, such as 0.0.0.0:25.")
    async with _house(), wakes_passed_on(), taking_mail(configured.reply_listen):
        await _until_told_to_stop()


@asynccontextmanager
async def _house() -> AsyncIterator[None]:
    """What every process stands on: the database, migrated, and the search engine."""
    refuse_unfinished_restoration()
    async with database_open(settings().database_url):
        await refuse_pending()
        await refuse_public_demo()
        async with engine_open():
            yield


async def _listen(gateway: Any, with_sockets: bool, given: socket | None, ready: Callable[[], None] | None) -> None:
    config = uvicorn.Config(
        make_app(), host=settings().host, port=settings().port, http=Impatient, ws=on_web_port(gateway) if with_sockets else "none",
        loop="none", lifespan="off", log_config=None, access_log=False, server_header=False, proxy_headers=False,
        backlog=2048, timeout_keep_alive=20, timeout_graceful_shutdown=FINISH_S,
    )  # fmt: skip
    server = Server(config, ready, gateway.let_go)
    with _told_to_stop(server.handle_exit):
        await server.serve([given] if given else None)
    if not server.started:
        raise SystemExit(f"Port {settings().port} is taken. Stop what uses it, or set PORT to another, such as PORT=8001.")


def _given_socket(number: int | None) -> socket | None:
    """The socket that was handed over. Its address is then ours, whatever was set: what is refused in public looks at it."""
    given = handed_over(number)
    if given is not None:
        address = given.getsockname()
        host, port = address[:2] if isinstance(address, tuple) else ("a socket file", settings().port)
        os.environ |= {variable("host"): str(host), variable("port"): str(port)}
        settings.cache_clear()
    return given


async def _until_told_to_stop() -> None:
    stop = asyncio.Event()
    with _told_to_stop(lambda *_: stop.set()):
        await stop.wait()


class _told_to_stop:  # noqa: N801 - read as a condition: `with _told_to_stop(...)`
    """Ends in order on SIGTERM and SIGINT, so that the database is closed and what was taken is given back."""

    def __init__(self, stop: Callable[[int, Any], None]) -> None:
        self._stop = stop

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop, number, None)

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(number)
