"""`make test`: all tests, the fast ones first, ending with pytest's summary.

Two processes side by side on two cores. What must hold on both databases runs against PostgreSQL in one of them (one dialect a
process), followed by what needs a browser inside the test's own loop, by the journeys before the running site, and by
what visits the demonstration network.
"""

import os
import subprocess
import sys
import tempfile
import time
from typing import IO

ON_BOTH = ["storage", "accounts", "members", "institutions", "spaces", "discussions", "chat", "practices", "exchange", "moderation",
           "notifications"]  # fmt: skip
ON_THE_DEMO = ["access", "demo"]
POSTGRES = {"GUILDHALL_TEST_DATABASE": "postgres"}


def main() -> int:
    if "--fast" in sys.argv:
        return pytest("-m", "not browser and not slow")
    with tempfile.TemporaryFile("w+") as output:
        beside = subprocess.Popen([sys.executable, "-m", "tests.suite", "--beside"], stdout=output, stderr=subprocess.STDOUT)
        failed = [pytest("-m", "not browser", *(f"--ignore=tests/{folder}" for folder in ON_THE_DEMO))]
        failed.append(beside.wait())
        print("\nBeside it, on PostgreSQL and in a browser:")
        show(output, everything=bool(failed[-1]))
    if any(failed):
        print("make test: something failed above")
    return int(any(failed))


def beside() -> int:
    folders = [f"tests/{folder}" for folder in ON_BOTH]
    outcomes = [pytest("-m", "not browser and not slow", *folders, environment=POSTGRES)]
    outcomes.append(pytest("-m", "browser", "--ignore=tests/journeys"))
    outcomes.append(pytest("tests/journeys"))
    outcomes.append(pytest(*(f"tests/{folder}" for folder in ON_THE_DEMO)))
    return int(any(outcomes))


def pytest(*arguments: str, environment: dict[str, str] | None = None) -> int:
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", *arguments]
    code = subprocess.run(command, env=os.environ | (environment or {}), check=False).returncode
    print(f"({time.monotonic() - began:.0f} s: pytest {' '.join(arguments)})", flush=True)
    return code


def show(output: IO[str], *, everything: bool) -> None:
    """All of it when something failed, else the summaries."""
    output.seek(0)
    lines = output.read().splitlines()
    print("\n".join(lines if everything else [line for line in lines if " passed" in line or line.startswith("(")]), flush=True)


if __name__ == "__main__":
    sys.exit(beside() if "--beside" in sys.argv else main())
