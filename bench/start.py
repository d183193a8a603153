"""How long the site takes to answer: the first time, with the demo network to be loaded, and the next time."""

import os
import signal
import subprocess
import sys
import tempfile
import time

from bench.server import wait_until_ready
from tests.servers import free_port


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as folder:
        print(f"first start with the demo network: {started(folder):.1f} s")
        times = sorted(started(folder) for _ in range(3))
        print(f"next start: {times[1]:.1f} s (median of 3)")


def started(folder: str) -> float:
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "community", "demo", "--serve"], stdout=subprocess.DEVNULL, start_new_session=True,
        env=os.environ | {"GUILDHALL_DATA": folder, "PORT": str(port)},
    )  # fmt: skip
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
        return time.monotonic() - began
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


if __name__ == "__main__":
    main()
