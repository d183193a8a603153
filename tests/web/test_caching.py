"""Class 41: nothing that depends on who asked may lie in a cache between us and them."""

import pytest

from community.app import all_routes
from tests.factories import make_member

pytestmark = pytest.mark.anyio


async def test_class_41_only_files_with_a_hash_in_their_name_are_for_shared_caches(client, sign_in) -> None:
    paths = sorted(
        {route.path for route in all_routes() if "GET" in (getattr(route, "methods", None) or ()) and "{" not in route.path}
    )
    assert len(paths) > 20
    for signed_in in (False, True):
        if signed_in:
            await sign_in(client, await make_member())
        for path in [*paths, "/nowhere", "/people/nobody"]:
            answer = await client.get(path)
            kept = answer.headers["cache-control"]
            assert "public" not in kept, path
            assert {"private", "no-store"} & set(kept.replace(" ", "").split(",")), path
            assert "s-maxage" not in kept, path
