"""A browser before the running site, with JavaScript and without."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browsers import FLAGS, browser_program
from tests.sites import Site, demo_site

PHONE = {"width": 360, "height": 780}
Sit = Callable[..., Page]
expect.set_options(timeout=15_000)  # as the pages' own: a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with demo_site() as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser_program(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """The cookies of each role that has signed in: who signs in too often must wait a quarter of an hour."""
    return {}


@pytest.fixture
def sit(site: Site, browser: Browser, scripts: bool, signed_in: dict[str, Any]) -> Iterator[Sit]:
    """`sit("member")`: a phone in the hands of that demo sign-in; "guest" has signed in nowhere. With `anew=True` the session is the
    test's own, to be ended or changed."""
    contexts: list[BrowserContext] = []
    failed: list[str] = []

    def opened(role: str, *, anew: bool = False) -> Page:
        kept = None if anew else signed_in.get(role)
        context = browser.new_context(base_url=site.address, viewport=PHONE, java_script_enabled=scripts, storage_state=kept)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.on("response", lambda answer: failed.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
        if role != "guest" and not kept:
            sign_in(page, f"{role}@demo.example", "guildhall-demo")
            if not anew:
                signed_in[role] = {"cookies": context.cookies(), "origins": []}
        return page

    yield opened
    for context in contexts:
        context.close()
    assert failed == []


def sign_in(page: Page, email: str, phrase: str) -> None:
    page.goto("/signin")
    page.fill("main input[type=email]", email)
    page.fill("main input[type=password]", phrase)
    page.click("main button:has-text('Sign in')")
    page.wait_for_url(lambda url: "/signin" not in url)
