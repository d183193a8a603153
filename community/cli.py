"""The command line: `guildhall COMMAND`."""

import argparse
import sys
from collections.abc import Awaitable, Callable
from io import TextIOWrapper
from typing import Any

import uvloop

from community.settings import Settings, settings, variable

Command = Callable[[argparse.Namespace], Any]


def main(arguments: list[str] | None = None) -> None:
    """Run one command; the process ends with its status."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # said at once to whoever reads along, not only to a terminal
    try:
        outcome = options.command(options)
        if isinstance(outcome, Awaitable):
            outcome = uvloop.run(_awaited(outcome))
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(outcome or 0)


async def _awaited(outcome: Awaitable[Any]) -> Any:
    return await outcome


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="guildhall", description="A peer-learning network and community forum for vocational education.",
        epilog=_settings_help(), formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (command, help_text, arguments) in COMMANDS.items():
        sub = commands.add_parser(name, help=help_text, description=help_text)
        sub.set_defaults(command=command)
        for names, keywords in arguments:
            sub.add_argument(*names, **keywords)
    return parser


def _settings_help() -> str:
    lines = ["settings (environment variables):"]
    for name, field in Settings.model_fields.items():
        lines.append(f"  {variable(name):<24} {field.description} (e.g. {(field.examples or [''])[0]})")
    return "\n".join(lines)


def _serve(options: argparse.Namespace) -> Any:
    from community.serving import serve

    return serve(options.parts, fd=options.fd)


def _web(options: argparse.Namespace) -> Any:
    from community.serving import serve

    return serve(("web", "sockets"), fd=options.fd)


def _realtime(options: argparse.Namespace) -> Any:
    from community.serving import serve_sockets

    return serve_sockets(settings(), options.port or settings().port)


def _worker(options: argparse.Namespace) -> Any:
    from community.serving import work

    return work()


def _mail_in(options: argparse.Namespace) -> Any:
    from community.serving import take_mail

    return take_mail(settings())


def _migrate(options: argparse.Namespace) -> Any:
    from community.maintenance import migrate

    return migrate(show=print)


def _make_migration(options: argparse.Namespace) -> Any:
    from community.maintenance import make_migration

    return make_migration(options.name, show=print)


def _demo(options: argparse.Namespace) -> Any:
    from community.serving import serve_demo

    return serve_demo(print, stay=options.serve, posts=options.posts)


def _reindex(options: argparse.Namespace) -> Any:
    from community.maintenance import reindex

    return reindex(show=print)


def _doctor(options: argparse.Namespace) -> Any:
    from community.maintenance import doctor

    return doctor(show=print)


def _steward(options: argparse.Namespace) -> Any:
    from community.maintenance import steward

    return steward(options.email, show=print)


def _forget_second_step(options: argparse.Namespace) -> Any:
    from community.maintenance import forget_second_step

    return forget_second_step(options.email, show=print)


def _dead_letters(options: argparse.Namespace) -> Any:
    from community.maintenance import dead_letters

    return dead_letters(retry=options.retry, show=print)


def _backup(options: argparse.Namespace) -> Any:
    from community.maintenance import backup

    return backup(options.file, show=print)


def _restore(options: argparse.Namespace) -> Any:
    from community.maintenance import restore

    return restore(options.file, show=print)


Arguments = list[tuple[tuple[str, ...], dict[str, Any]]]

_PARTS = ("web", "sockets", "worker", "mail")
_FD: tuple[tuple[str, ...], dict[str, Any]] = (
    ("--fd",), {"type": int, "metavar": "NUMBER", "help": "listen on this socket, which the parent process has passed on"}
)  # fmt: skip

COMMANDS: dict[str, tuple[Command, str, Arguments]] = {
    "serve": (_serve, "Web, sockets, worker and, where it is set, mail in one process.", [
        (("--parts",), {"nargs": "+", "default": _PARTS, "choices": _PARTS, "help": "which of them (default: all)"}),
        _FD,
    ]),
    "web": (_web, "Pages and sockets, for a network with separate workers.", [_FD]),
    "realtime": (_realtime, "Sockets alone, on a port of their own.", [
        (("--port",), {"type": int, "help": "instead of PORT"}),
    ]),
    "worker": (_worker, "Listeners and jobs alone.", []),
    "mail-in": (_mail_in, "Answers by mail over SMTP alone, at GUILDHALL_REPLY_LISTEN.", []),
    "migrate": (_migrate, "Bring the database up to date.", []),
    "make-migration": (_make_migration, "Write the migration for what has changed in the models.", [
        (("name",), {"help": "what it does, such as add_events"}),
    ]),
    "demo": (_demo, "Load the demonstration network, if it is not there yet.", [
        (("--serve",), {"action": "store_true", "help": "and start the site"}),
        (("--posts",), {"type": int, "default": 0, "metavar": "N", "help": "for benches: and grow it in bulk until N posts stand"}),
    ]),
    "reindex": (_reindex, "Build a fresh search index aside and swap it in.", []),
    "doctor": (_doctor, "Say what is wired, reachable and migrated.", []),
    "steward": (_steward, "Appoint a steward; prints a link to set a pass phrase.", [
        (("email",), {"metavar": "EMAIL", "help": "the address of the member, who need not exist yet"}),
    ]),
    "forget-second-step": (_forget_second_step, "Let a member sign in without a code, who lost phone and recovery codes.", [
        (("email",), {"metavar": "EMAIL", "help": "the address of the member; be sure that it is they who ask"}),
    ]),
    "dead-letters": (_dead_letters, "List what has failed for good, or try it again.", [
        (("--retry",), {"type": int, "metavar": "ID", "help": "run this one again"}),
    ]),
    "backup": (_backup, "Write database and files into one archive while the site runs.", [
        (("file",), {"help": "the archive to write, such as guildhall.zip"}),
    ]),
    "restore": (_restore, "Put an archive into an empty place, and build the index.", [
        (("file",), {"help": "the archive that `guildhall backup` has written"}),
    ]),
}  # fmt: skip
