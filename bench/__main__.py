"""`make bench`: every figure, one after the other. Name some to run only those: `python -m bench pages search`."""

import subprocess
import sys

FIGURES = (
    "start",
    "pages",
    "fanout",
    "storm",
    "posting",
    "laggard",
    "kills",
    "valkey",
    "search",
    "enumeration",
    "backup",
    "restarts",
    "slow",
)


def main() -> int:
    wanted = sys.argv[1:] or FIGURES
    failed = 0
    for name in wanted:
        print(f"\n== {name}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
