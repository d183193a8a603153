"""`make messages`: collect every text of the interface into community/locale/guildhall.pot; with --check, compare only."""

import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "community" / "locale" / "guildhall.pot"


def main() -> int:
    if "--check" not in sys.argv:
        extract(TEMPLATE)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh.pot"
        extract(fresh)
        missing = ids(fresh) ^ ids(TEMPLATE)
    if missing:
        print("guildhall.pot is behind; run `make messages`. For example:", *sorted(missing)[:5], sep="\n  ")
    return bool(missing)


def extract(target: Path) -> None:
    command = [
        Path(sys.executable).parent / "pybabel", "--quiet", "extract", "-F", "babel.cfg", "-k", "_", "-k", "ngettext:1,2",
        "--no-location", "--sort-output", "--omit-header", "--project=Guildhall", "-o", target, "community",
    ]  # fmt: skip
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT)


def ids(path: Path) -> set[str]:
    with path.open("rb") as source:
        return {str(message.id) for message in read_po(source) if message.id}


if __name__ == "__main__":
    sys.exit(main())
