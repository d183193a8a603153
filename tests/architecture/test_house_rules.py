"""House rules that a machine can check. What a review says twice becomes a test here."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


CODE = ("community", "realtime", "search")
MODULE_LINES = 300
FUNCTION_LINES = 25

# Each with its reason. Shorten the list; do not lengthen it.
LONGER_MODULES: dict[str, str] = {}
LONGER_FUNCTIONS: dict[str, str] = {}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "base", "misc"}
KNOWS_NO_WEB = ("models.py", "policies.py", "actions.py", "queries.py", "facts.py")


def modules() -> Iterator[Path]:
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


ALL = [pytest.param(path, id=name_of(path)) for path in modules()]


@pytest.mark.parametrize("path", ALL)
def test_a_module_is_at_most_300_lines(path: Path) -> None:
    if name_of(path) not in LONGER_MODULES:
        assert len(path.read_text().splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("path", ALL)
def test_a_function_is_at_most_25_lines(path: Path) -> None:
    long = {
        f"{name_of(path)}:{node.name}": length
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (length := body_lines(node)) > FUNCTION_LINES
    }
    assert {name: length for name, length in long.items() if name not in LONGER_FUNCTIONS} == {}


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of what a function does: its signature and docstring do not count, nor do functions inside it."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    if not body:
        return 0
    inner = sum(body_lines(part) for part in body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef))
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 - inner


def test_no_vague_names() -> None:
    vague = [name_of(path) for path in modules() if VAGUE_NAMES & set(path.relative_to(ROOT).with_suffix("").parts)]
    assert vague == []


@pytest.mark.parametrize("path", [case for case in ALL if Path(str(case.id)).name in KNOWS_NO_WEB])
def test_models_policies_and_actions_import_no_starlette(path: Path) -> None:
    assert not {name for name in imported(path) if name.split(".")[0] == "starlette" or name.startswith("community.web.")}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_bleach_is_imported_in_one_place() -> None:
    assert len([name_of(path) for path in modules() if "bleach" in imported(path)]) == 1


@cache
def audienced_models() -> set[str]:
    """The names of all models that carry an audience."""
    found = set()
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(parent, ast.Name) and parent.id == "Audienced" for parent in node.bases
            ):
                found.add(node.name)
    return found


# Where a root thing is read without a viewer: what runs for the house itself. Each with its reason.
BARE_FETCHES: dict[str, str] = {
    "listeners.py": "a listener reads the current state by id",
    "jobs.py": "a job reads the current state by id",
    "search_documents.py": "the index holds everything, with its audience",
    "live.py": "the topic's audience is asked apart",
    "seeds.py": "loads the demonstration network",
    "storing.py": "takes the lock on rooms that their writers have been shown before",
    "retention.py": "keeps what a room's own setting says, for nobody in particular",
}


@pytest.mark.parametrize("path", ALL)
def test_root_things_are_fetched_through_the_viewer(path: Path) -> None:
    if path.name in BARE_FETCHES or "demo" in path.parts:
        return
    roots = audienced_models()
    bare = [
        f"{name_of(path)}:{node.lineno} {node.func.value.id}.{node.func.attr}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"get", "get_or_none", "filter", "all", "first"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in roots
    ]
    assert bare == []


WRITES_AUDIENCE = re.compile(r"\baudience\s+(IN\s+\(|=\s*['\"]|LIKE)", re.IGNORECASE)


@pytest.mark.parametrize("path", ALL)
def test_nothing_else_writes_audience_in_sql(path: Path) -> None:
    if path.name != "audience.py":
        assert not WRITES_AUDIENCE.search(path.read_text())


def test_only_units_of_work_open_transactions() -> None:
    offenders = [
        name_of(path) for path in modules()
        if "storage" not in path.parts and re.search(r"\bin_transaction\b|\batomic\(", path.read_text())
    ]  # fmt: skip
    assert offenders == []


SHOWS_SAMPLES = "community/templates/styleguide.html"
TEMPLATES = [pytest.param(path, id=name_of(path)) for path in sorted((ROOT / "community").rglob("templates/**/*.html"))]


@pytest.mark.parametrize("path", TEMPLATES)
def test_templates_hold_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/ld\+json)", text)


BARE_WORDS = re.compile(r">\s*([A-Z][a-z]+(?: [a-z]+)+[.?]?)\s*<")


@pytest.mark.parametrize("path", TEMPLATES)
def test_every_word_on_the_screen_goes_through_gettext(path: Path) -> None:
    if name_of(path) == SHOWS_SAMPLES:
        return
    text = re.sub(r"\{%-?\s*trans.*?endtrans\s*-?%\}|\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert BARE_WORDS.findall(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)) == []
