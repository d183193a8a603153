"""What a first visit costs, and what pages may not carry: slow phones and metered links are the normal case."""

import re
from pathlib import Path

import pytest

from community.web.static_files import sent_as

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
STYLE_SHEET_BYTES = 26 * 1024
SCRIPT_BYTES = 8_000  # compressed, on pages that are no rooms
MODULE_BYTES = 4 * 1024  # each, compressed
ROOM_BYTES = 12 * 1024  # compressed, all that a room adds
EVERYWHERE = ("guildhall.js", "kept.js", "fragments.js", "composer.js")

TEMPLATES = sorted((ROOT / "community").rglob("templates/**/*.html"))
SYMBOLS = dict(
    re.findall(r'<symbol id="([a-z0-9-]+)" viewBox="0 0 24 24"><path d="([^"]+)"/>', (STATIC / "icons/symbols.svg").read_text())
)
CLASSES = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r'url\("[^"]*"\)', "", (STATIC / "css/guildhall.css").read_text())))
NAMED = re.compile(r"""\b(?:icon|mark|sigil)\(\s*"([a-z0-9-]+)"|\bsymbol="([a-z0-9-]+)\"""")


def test_the_style_sheet_is_small() -> None:
    assert len((STATIC / "css/guildhall.css").read_bytes()) <= STYLE_SHEET_BYTES


def test_the_modules_of_every_page_are_small() -> None:
    assert sum(sent(name) for name in EVERYWHERE) <= SCRIPT_BYTES


def sent(module: str) -> int:
    """Compressed bytes, as a browser gets them."""
    return len(sent_as(f"js/{module}").compressed)


@pytest.mark.parametrize("path", sorted((STATIC / "js").glob("*.js")), ids=lambda path: path.name)
def test_each_module_is_small(path: Path) -> None:
    assert sent(path.name) <= MODULE_BYTES


@pytest.mark.parametrize("path", sorted((STATIC / "js").glob("*.js")), ids=lambda path: path.name)
def test_a_module_is_sent_without_comments_and_whole(path: Path) -> None:
    source, plain = path.read_text(), sent_as(f"js/{path.name}").plain.decode()
    assert not re.search(r"^\s*(//|/\*\*)", plain, re.MULTILINE)
    in_texts = re.sub(r"/\[.*\]/g", "", source)  # a sign that a pattern looks for opens no text
    assert not [line for line in in_texts.split("\n") if line.count("`") % 2], (
        "a text over several lines would lose its indentation"
    )
    code = [line.strip() for line in re.sub(r"^[ \t]*/\*\*.*?\*/$", "", source, flags=re.DOTALL | re.MULTILINE).split("\n")]
    kept = [line for line in code if line and not line.startswith("//") and "./" not in line]
    assert kept == [line for line in plain.split("\n") if line and "./" not in line and "/static/" not in line]


def test_what_a_room_adds_is_small() -> None:
    loaded = {"room.js"}
    while found := {name for one in loaded for name in _imported_by(one)} - loaded:
        loaded |= found
    assert len(loaded) > 3
    assert sum(sent(name) for name in loaded.difference(EVERYWHERE)) <= ROOM_BYTES


def _imported_by(module: str) -> list[str]:
    return re.findall(r"""(?:from|import) "\./([\w-]+\.js)\"""", (STATIC / "js" / module).read_text())


def test_nothing_is_asked_of_another_host() -> None:
    for path in [*STATIC.rglob("*.css"), *(STATIC / "js").glob("*.js")]:
        assert not re.search(r"""(?:url\(|@import|from|import\(|fetch\()\s*["'`]?(?:https?:)?//""", path.read_text()), path


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "community").as_posix())
def test_a_template_keeps_the_content_policy(path: Path) -> None:
    """No style or script in the markup, so that the policy can forbid both; JSON-LD is data. Mails have no policy."""
    if "mail" in path.parts:
        return
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"<style|<script(?![^>]*\ssrc=|[^>]*ld\+json)|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "community").as_posix())
def test_every_icon_is_drawn(path: Path) -> None:
    assert {name for pair in NAMED.findall(path.read_text()) for name in pair if name} - SYMBOLS.keys() == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "community").as_posix())
def test_every_class_is_in_the_style_sheet(path: Path) -> None:
    """`c` only takes the bullets from a list, `sec` names a chapter. What a module looks for is a data attribute, never a class."""
    if "mail" in path.parts:
        return
    text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", " ", path.read_text(), flags=re.DOTALL)
    used = {name for value in re.findall(r'class="([^"]*)"', text) for name in value.split()}
    assert used - CLASSES - {"c", "sec"} == set()


def test_the_sheet_of_symbols_is_small() -> None:
    assert len(sent_as("icons/symbols.svg").compressed) <= 3 * 1024


def test_institutions_choose_among_different_marks() -> None:
    marks = [drawing for name, drawing in SYMBOLS.items() if name.startswith("m-")]
    assert len(marks) == len(set(marks)) >= 24
