"""`make test`: all tests, the fast ones first, ending with pytest's summary.

What must hold on both databases runs against PostgreSQL at the same time, in a process of its own (one dialect a process), and is
reported before the summary of the rest.
"""

import os
import subprocess
import sys
import tempfile
import time

ON_BOTH = ["storage", "accounts", "members", "institutions", "spaces", "discussions", "chat", "practices", "exchange", "moderation",
           "notifications"]  # fmt: skip
BEHIND = "not browser and not slow"


def main() -> int:
    if "--fast" in sys.argv:
        return subprocess.run(pytest("-m", BEHIND), check=False).returncode
    with tempfile.TemporaryFile("w+") as output:
        began = time.monotonic()
        second = subprocess.Popen(
            pytest("-m", BEHIND, *(f"tests/{folder}" for folder in ON_BOTH)), stdout=output, stderr=subprocess.STDOUT,
            env=os.environ | {"GUILDHALL_TEST_DATABASE": "postgres"},
        )  # fmt: skip
        first = subprocess.run(pytest("-m", "not browser"), check=False)
        second.wait()
        print(f"\nOn PostgreSQL ({time.monotonic() - began:.0f} s):")
        output.seek(0)
        print(output.read() if second.returncode else output.read().strip().splitlines()[-1], flush=True)
    browser = subprocess.run(pytest("-m", "browser"), check=False)
    failed = [code for code in (first.returncode, second.returncode, browser.returncode) if code]
    if failed:
        print("make test: something failed above")
    return bool(failed)


def pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", *arguments]


if __name__ == "__main__":
    sys.exit(main())
