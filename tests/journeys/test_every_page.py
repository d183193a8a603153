"""Every kind of page as a browser shows it: no fault of accessibility in light or dark, nothing to scroll sideways on 320 pixels.

The pages are found as a reader finds them, by following links as several people, until every page of the URL table was visited
once. A new page is looked at without a line here; one that no link leads to is named in `STARTS`.
"""

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.routing import Match

from community.app import all_routes
from community.web.routing import ByFirstWord
from tests.journeys.conftest import sign_in
from tests.sites import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Sit = Callable[..., Page]
AXE = Path(__file__).parents[1] / "vendored/axe-core/axe.min.js"
SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASKED = f"runOnly: {RULES}, resultTypes: ['violations']"
LIGHT = (
    f"axe.run({{{ASKED}}}).then((found) => found.violations.map((one) => [one.id, ...one.nodes.map((n) => n.html.slice(0, 150))]))"
)
DARK = LIGHT.replace(ASKED, "runOnly: ['color-contrast'], resultTypes: ['violations'], preload: false")
# The fewest pages that the walk must have seen; raise it with the house.
PAGES = 50
FULL = """() => {
  for (const one of document.querySelectorAll(".prose, .said")) {
    one.innerHTML = `<pre><code>${"x ".repeat(99)}</code></pre><table><tr>${"<td>measured</td>".repeat(20)}</tr></table><p>${"W".repeat(200)}</p>`;
  }
  return document.documentElement.scrollWidth > innerWidth + 1;
}"""
# A quarter of 1280: what a reader sees who enlarges four times.
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
STARTS = {
    "guest": ["/", "/signin", "/join/sent", "/confirm?token=x", "/reset?token=x", "/nothing-here"],
    "coordinator": ["/", "/exchange/yours", "/exchange/new", "/search?q=welding", "/institutions/centre-metiers-thies"],
    "member": ["/", "/threads/1", "/practices/31", "/practices/mine", "/practices/new", "/spaces"],
    "steward": ["/threads/1", "/stewardship", "/stewardship/queue?tab=decided", "/practices/submitted", "/styleguide", "/outbox",
                "/people/suspended", "/institutions/new"],
}  # fmt: skip
# What shows these people more than those before them.
AGAIN = {
    "coordinator": ["/", "/listings/{ref}", "/institutions/{slug}", "/events/{slug}"],
    "member": ["/", "/threads/{id:int}", "/practices/{id:int}"],
    "steward": ["/threads/{id:int}"],
}
ARABIC = ["/", "/threads/1", "/rooms/1", "/practices/31", "/exchange", "/exchange/new", "/people/akinyi"]
NO_PAGES = re.compile(
    r"^/(static|api|healthz|readyz|metrics|files/\{id|search/(overlay|typed)|people/suggest|discussions/feed|drafts/kept)|\.ics$|cite\."
)
LEADS_AWAY = re.compile(r"^/(static|files/\d|messages/\d+$|replies/\d+$)")


class Walk:
    """Visits each page of the URL table once and notes what is wrong with it."""

    def __init__(self) -> None:
        routes = [route for route in all_routes() if "GET" in (route.methods or ())]
        self.paths, self.routes = {route.path for route in routes}, ByFirstWord(routes)
        self.seen: set[str] = set()
        self.faults: list[str] = []

    def kind(self, path: str) -> str:
        """The line of the URL table that an address belongs to."""
        scope = {"type": "http", "method": "GET", "path": urlsplit(path).path, "root_path": ""}
        match, found = self.routes.matches(scope)
        return str(found["route"].path) if match == Match.FULL else ""

    def through(self, page: Page, starts: list[str], look: Callable[[Page, str], None]) -> None:
        todo, first = deque(starts), set(starts)
        while todo:
            path = todo.popleft()
            kind = self.kind(path)
            if (kind in self.seen and path not in first) or NO_PAGES.search(kind) or LEADS_AWAY.match(path):
                continue
            first.discard(path)
            answer = page.goto(path)
            if answer is None or (answer.status >= 400 and path not in starts):
                self.seen.add(kind)
                continue
            self.seen |= {kind, self.kind(urlsplit(page.url).path)}
            todo.extend(self._unseen(page))
            look(page, path)

    def _unseen(self, page: Page) -> Iterator[str]:
        for href in page.eval_on_selector_all("a[href]", "links => links.map((link) => link.getAttribute('href'))"):
            parts = urlsplit(urljoin(page.url, href))
            if parts.netloc == urlsplit(page.url).netloc and self.kind(parts.path) not in self.seen:
                yield parts.path + (f"?{parts.query}" if parts.query else "")

    def look(self, page: Page, path: str) -> None:
        """Wide and light with every rule, dark for its contrasts, narrow for its width."""
        who = f"{path} ({page.evaluate('document.body.dataset.member') or 'guest'})"
        page.evaluate(AXE.read_text())
        self.faults += [f"{who}: {one}" for one in page.evaluate(LIGHT)]
        page.emulate_media(color_scheme="dark")
        self.faults += [f"{who}, dark: {one}" for one in page.evaluate(DARK)]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(NARROW)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            self.faults.append(f"{who}: scrolls sideways on 320 pixels")
        elif page.evaluate(FULL):
            self.faults.append(
                f"{who}: scrolls sideways on 320 pixels once somebody writes a long line, a wide table or a long word"
            )
        page.set_viewport_size(WIDE)


@pytest.fixture
def opened(site: Site, browser: Browser) -> Iterator[Sit]:
    """A page in the hands of a demo sign-in. The content policy is off, so that axe can be brought along."""
    contexts: list[BrowserContext] = []

    def sit(role: str, language: str = "") -> Page:
        context = browser.new_context(base_url=site.address, viewport=WIDE, bypass_csp=True, reduced_motion="reduce")
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        if role != "guest":
            sign_in(page, f"{role}@demo.example", "guildhall-demo")
        if language:
            context.add_cookies([{"name": "language", "value": language, "url": site.address}])
        return page

    yield sit
    for context in contexts:
        context.close()


def test_axe_is_the_one_we_name() -> None:
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == SHA256


def test_every_page_can_be_used_by_everybody(opened: Sit) -> None:
    walk = Walk()
    for role, starts in STARTS.items():
        walk.seen -= set(AGAIN.get(role, ()))
        walk.through(opened(role), starts, walk.look)
    assert walk.faults == []
    assert len(walk.seen) >= PAGES, sorted(walk.paths - walk.seen)


def test_arabic_pages_run_from_right_to_left_and_fit(opened: Sit) -> None:
    walk, page = Walk(), opened("coordinator", "ar")
    for path in ARABIC:
        page.goto(path)
        assert page.evaluate("[document.documentElement.lang, getComputedStyle(document.body).direction]") == ["ar", "rtl"]
        walk.look(page, path)
    assert walk.faults == []


def test_the_address_is_told_while_the_site_runs(site: Site) -> None:
    assert f"Guildhall is running: {site.address}" in site.log()
    assert "Press Ctrl+C to stop." in site.log()
