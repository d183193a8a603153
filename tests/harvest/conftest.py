"""The served application and its pages, as the tests of rooms have them."""

from tests.chat.conftest import hall, open_page

__all__ = ["hall", "open_page"]
