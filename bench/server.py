"""A server of our own to be measured: fresh data, a private port, one core."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import free_port

SERVER_CORE, CLIENT_CORE = 0, 1


@dataclass(frozen=True)
class Server:
    """A running site. `pid` is the process whose processor time is counted."""

    port: int
    pid: int
    data: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """Processor time of the server so far, user and system."""
        parts = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")

    def resident_kb(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))


@contextmanager
def demo_site() -> Iterator[Server]:
    """The site with the demonstration network, on core 0; this process moves to core 1."""
    with (
        tempfile.TemporaryDirectory(prefix="guildhall-bench-") as folder,
        running(folder, "demo", "--serve", GUILDHALL_DEMO="true") as server,
    ):
        os.sched_setaffinity(server.pid, {SERVER_CORE})
        os.sched_setaffinity(0, {CLIENT_CORE})
        yield server


@contextmanager
def running(folder: str, *command: str, **settings: str) -> Iterator[Server]:
    """`guildhall <command>` over the data in a folder, until the block is left."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "community", *command],
        env=os.environ | {"GUILDHALL_DATA": folder, "PORT": str(port)} | settings,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
        yield Server(port, process.pid, Path(folder))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def wait_until_ready(url: str, process: "subprocess.Popen[bytes]", seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not become ready")


def sign_in(server: Server, role: str) -> str:
    """The Cookie header of a demo sign-in."""
    from http.cookiejar import CookieJar
    from urllib.parse import urlencode

    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    form = urlencode({"email": f"{role}@demo.example", "pass_phrase": "guildhall-demo"}).encode()
    opener.open(urllib.request.Request(f"{server.address}/signin", form, {"Sec-Fetch-Site": "same-origin"}))
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
