"""`make check`: format, lint, types, import contracts, migrations up to date, documents complete. Every fault is shown."""

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
CHECKS = {
    "format": [BIN / "ruff", "format", "--check", "--quiet"],
    "lint": [BIN / "ruff", "check", "--quiet"],
    "types": [BIN / "mypy", "--no-error-summary"],
    "imports": [BIN / "lint-imports", "--no-cache"],
    "migrations": [sys.executable, "-m", "tests.migrations_are_current"],
    "texts": [sys.executable, "-m", "community.text.catalogue", "--check"],
}


def main() -> int:
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    if failed:
        print("make check: failed:", ", ".join(failed))
    return bool(failed)


def passes(name: str, command: list[object]) -> bool:
    began = time.monotonic()
    outcome = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    fine = outcome.returncode == 0
    print(f"{'ok  ' if fine else 'FAIL'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
    if not fine:
        print(outcome.stdout + outcome.stderr)
    return fine


if __name__ == "__main__":
    sys.exit(main())
