"""Part of `make check`: the models say nothing that no migration makes."""

import asyncio
import sys
import tempfile

from community.storage import database_open, migrating


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with database_open(f"sqlite://{folder}/check.sqlite3"):
            missing = await migrating.missing_migration()
    print("\n".join(missing) or migrating.UP_TO_DATE)
    return bool(missing)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
