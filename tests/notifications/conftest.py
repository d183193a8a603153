"""A site that mails: a real SMTP server, and settings under which letters go to it."""

import pytest

from community.settings import Settings, settings
from tests.mail.smtp import smtp_server


@pytest.fixture
async def post_office(monkeypatch):
    """What has been mailed, as the server has it."""
    async with smtp_server() as keeper:
        monkeypatch.setenv("GUILDHALL_MAIL", f"smtp://127.0.0.1:{keeper.port}?from=hall@school.example")
        monkeypatch.setenv("GUILDHALL_ORIGIN", "https://hall.example")
        monkeypatch.setenv("GUILDHALL_SECRET", "s" * 40)
        monkeypatch.setenv("GUILDHALL_REPLY", "reply@hall.example")
        settings.cache_clear()
        assert isinstance(settings(), Settings)
        yield keeper
    settings.cache_clear()
