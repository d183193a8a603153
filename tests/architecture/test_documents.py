"""Documentation travels with the change: no setting, command or route without a word on it."""

from pathlib import Path

import pytest

from community.cli import COMMANDS
from community.settings import Settings, variable

ROOT = Path(__file__).parents[2]
WORDS = "\n".join(path.read_text() for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])


@pytest.mark.parametrize("name", [variable(name) for name in Settings.model_fields])
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in WORDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert f"guildhall {name}" in WORDS


def test_every_page_is_documented() -> None:
    from community.app import all_routes

    missing = {route.path for route in all_routes() if getattr(route, "methods", set()) and f"`{route.path}`" not in WORDS}
    assert missing == set()
