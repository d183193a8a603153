"""The site itself, started as a member of the public would start it: a process, a port, a data folder, the demonstration network."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.server import wait_until_ready
from tests.demo_data import copy_demo
from tests.servers import free_port


class Site:
    """A process that can be killed and started again on the same data."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        environment = os.environ | {"GUILDHALL_DATA": str(self.data), "PORT": str(self.port)}
        with (self.data / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "community", "demo", "--serve"], env=environment, stdout=log, stderr=log
            )
        wait_until_ready(f"{self.address}/readyz", self._process, 240)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def log(self) -> str:
        return (self.data / "log").read_text()


@contextmanager
def demo_site() -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="guildhall-site-") as folder:
        copy_demo(Path(folder))
        site = Site(Path(folder))
        site.start()
        try:
            yield site
        finally:
            site.end()
