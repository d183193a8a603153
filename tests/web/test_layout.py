"""What a browser makes of the style sheet: both directions look alike."""

import pytest

from tests.chat.conftest import Open, hall, open_page  # noqa: F401 - fixtures
from tests.factories import make_member

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_list_without_pictures_begins_where_its_heading_does(open_page: Open, language: str) -> None:  # noqa: F811
    page = await open_page(await make_member(language=language), "/account")
    begins = """(one) => { const box = one.getBoundingClientRect(); return document.dir === "rtl" ? box.right : box.left; }"""
    row = page.locator(".rows h3").first
    assert await row.evaluate(begins) == await page.locator(".h-rule").first.evaluate(begins)
