"""How large the database is."""

from community.storage.connecting import dialect
from community.storage.sql import value


async def database_bytes() -> int:
    """Of the file, with its free pages, or of the server's database."""
    if dialect() == "postgres":
        return int(await value("SELECT pg_database_size(current_database()) AS size"))
    return int(await value("PRAGMA page_count")) * int(await value("PRAGMA page_size"))
