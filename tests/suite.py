"""`make test`: all tests, the fast ones first, ending with pytest's summaries.

Four parts at a time, for two cores, since each waits now and then: who has ended one takes the next, the longest first. What must
hold on both databases runs a second time against PostgreSQL, in a process of its own (one dialect a process), as do the tests that
need a browser inside the test's own loop, the journeys before the running site, and what visits the demonstration network.
docs/architecture.md says what runs on SQLite alone.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.demo_data import SHARED

HALF = ["chat", "realtime", "storage", "backups", "search", "accounts"]  # of the time, on either database
ON_BOTH = ["storage", "accounts", "members", "institutions", "spaces", "discussions", "chat", "practices", "exchange", "drafts",
           "events", "moderation", "notifications", "backups", "mail", "letterbox", "files", "stewardship", "discovery", "conversations",
           "harvest", "push", "web"]  # fmt: skip
KILLS_ON_BOTH = ["chat", "notifications", "storage", "backups"]
APART = ["access", "demo", "journeys", "reliability"]
POSTGRES = {"GUILDHALL_TEST_DATABASE": "postgres"}
FAST = "not browser and not slow"
AT_ONCE = 4


@dataclass(frozen=True)
class Part:
    """One run of pytest."""

    name: str
    arguments: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self) -> tuple["Part", int, str, float]:
        """(itself, the exit code, all that it said, seconds)."""
        print(f"{self.name} ...", flush=True)
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *self.arguments], env=os.environ | self.environment, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return self, done.returncode, done.stdout, time.monotonic() - began


def folders(names: list[str]) -> list[str]:
    return [f"tests/{name}" for name in names]


def marked(mark: str) -> list[str]:
    """The files that hold such tests, so that a part need not collect all others to leave them out."""
    apart = tuple(folders(APART))
    return sorted(
        str(path)
        for path in Path("tests").rglob("test_*.py")
        if f"mark.{mark}" in path.read_text() and not str(path).startswith(apart)
    )


PARTS = [
    Part("on PostgreSQL, one half", ["-m", FAST, *folders([name for name in ON_BOTH if name not in HALF])], POSTGRES),
    Part("on PostgreSQL, the other", ["-m", FAST, *folders([name for name in ON_BOTH if name in HALF])], POSTGRES),
    Part("on SQLite, one half", ["-m", FAST, *(f"--ignore={folder}" for folder in folders(APART + HALF))]),
    Part("on SQLite, the other", ["-m", FAST, *folders(HALF)]),
    Part("journeys through the site", folders(["journeys"])),
    Part("what takes its time", ["-m", "slow and not browser", *marked("slow"), "tests/reliability"]),
    Part("in a browser", ["-m", "browser", *marked("browser")]),
    Part("who may do what", folders(["access", "demo"])),
    Part("kills on PostgreSQL", ["-m", "slow and not browser", *folders(KILLS_ON_BOTH)], POSTGRES),
]  # fmt: skip


def main() -> int:
    if "--fast" in sys.argv:
        return subprocess.run([sys.executable, "-m", "pytest", "-m", FAST], check=False).returncode
    failed, summaries = [], []
    with TemporaryDirectory(prefix="guildhall-demo-") as shared, ThreadPoolExecutor(AT_ONCE) as pool:
        os.environ[SHARED] = shared
        for ended in as_completed([pool.submit(part.run) for part in PARTS]):
            part, code, said, seconds = ended.result()
            summary = f"{part.name}: {(said.rstrip().splitlines() or ['it said nothing'])[-1]}"
            print(f"\n{said if code else ''}{summary} ({seconds:.0f} s with its start)", flush=True)
            summaries.append(summary)
            failed += [part.name] if code else []
    print("\nAll of it:", *summaries, sep="\n  ")
    if failed:
        print("Failed:", ", ".join(failed))
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
