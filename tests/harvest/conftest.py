"""The served application and its browser, as the tests of rooms have them."""

from tests.chat.conftest import browser, hall, open_page

__all__ = ["browser", "hall", "open_page"]
