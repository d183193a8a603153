"""`make check`: format, lint, types, import contracts, migrations up to date, documents complete. Every fault is shown."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BIN = Path(sys.executable).parent
AT_ONCE = 2
CHECKS = {
    "types": [BIN / "mypy", "--no-error-summary"],
    "format": [BIN / "ruff", "format", "--check", "--quiet"],
    "lint": [BIN / "ruff", "check", "--quiet"],
    "imports": [BIN / "lint-imports", "--no-cache"],
    "migrations": [sys.executable, "-m", "tests.migrations_are_current"],
    "texts": [sys.executable, "-m", "community.text.catalogue", "--check"],
}


def main() -> int:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        fine = dict(zip(CHECKS, pool.map(passes, CHECKS, CHECKS.values()), strict=True))
    failed = [name for name in CHECKS if not fine[name]]
    if failed:
        print("make check: failed:", ", ".join(failed))
    return bool(failed)


def passes(name: str, command: list[object]) -> bool:
    began = time.monotonic()
    outcome = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    fine = outcome.returncode == 0
    said = "" if fine else f"\n{outcome.stdout}{outcome.stderr}"
    print(f"{'ok  ' if fine else 'FAIL'} {name} ({time.monotonic() - began:.1f} s){said}", flush=True)
    return fine


if __name__ == "__main__":
    sys.exit(main())
