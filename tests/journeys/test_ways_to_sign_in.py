"""Signing in by more than a pass phrase: a code of an app with and without JavaScript, a passkey of Chromium's own device."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME, PHRASE = "outsider@demo.example", "guildhall-demo"
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


def test_a_code_is_asked_for_after_the_pass_phrase(sit: Sit) -> None:
    here, elsewhere = sit("outsider", anew=True), sit("guest")
    here.goto("/account")
    here.click("form[action='/account/authenticator'] button")
    expect(here.locator("h1")).to_have_text("Set up an authenticator app")
    expect(here.locator("main [role=img] svg")).to_be_visible()
    app = pyotp.TOTP(here.locator("section[aria-labelledby=key] code").first.inner_text().replace(" ", ""))
    here.fill("[name=code]", app.now())
    here.click("main button.pri")
    expect(here.locator("main li code")).to_have_count(10)
    paper = here.locator("main li code").first.inner_text()
    try:
        _pass_phrase(elsewhere)
        elsewhere.fill("[name=code]", "000000")
        elsewhere.click("main button.pri")
        expect(elsewhere.locator("#f-code-e")).to_contain_text("This code does not fit")
        elsewhere.fill("[name=code]", paper)
        elsewhere.click("main button.pri")
        elsewhere.wait_for_url("**/account")
        expect(elsewhere.locator("main")).to_contain_text("9 recovery codes are left")
    finally:
        here.goto("/account")
        here.click("details summary:has-text('Turn the app off')")
        here.fill("[name=proof]", PHRASE)
        here.click("form[action='/account/authenticator/off'] button")
    expect(here.locator("#flash")).to_contain_text("The authenticator app is off")


def test_a_passkey_signs_in_without_a_name(sit: Sit, scripts: bool) -> None:
    page = sit("outsider", anew=True)
    page.goto("/account")
    if not scripts:  # what cannot work is not shown, and the page says why
        expect(page.locator("form[data-passkey]")).to_be_hidden()
        expect(page.locator("[data-no-passkeys]")).to_be_visible()
        page.context.clear_cookies()
        page.goto("/signin")
        expect(page.locator("form[data-passkey]")).to_be_hidden()
        return
    with _device(page) as device:
        page.fill("#f-key-name", "The workshop's tablet")
        page.click("form[data-passkey] button")
        expect(page.locator("#flash")).to_contain_text("The passkey is added")
        expect(page.locator("section[aria-labelledby=ways] .rows")).to_contain_text("The workshop's tablet")
        assert [key["isResidentCredential"] for key in device("getCredentials")["credentials"]] == [True]
        page.fill("#f-key-name", "The same tablet")
        page.click("form[data-passkey] button")  # the device holds it already
        expect(page.locator("#flash")).to_contain_text("No passkey was added")
        page.context.clear_cookies()
        page.goto("/signin?next=/account")
        page.click("form[data-passkey] button")
        page.wait_for_url("**/account")
        expect(page.locator("section[aria-labelledby=ways]")).to_contain_text("Last used")
        page.context.clear_cookies()
        page.goto("/signin")
        device("setUserVerified", isUserVerified=False)  # somebody else's finger
        page.click("form[data-passkey] button")
        expect(page.locator("#flash")).to_contain_text("No passkey was used")
        device("setUserVerified", isUserVerified=True)
        page.click("form[data-passkey] button")
        page.wait_for_url(re.compile(r"/$"))
        page.goto("/account")
        page.click("form[action$='/remove'] button")
        expect(page.locator("#flash")).to_contain_text("The passkey is removed")
        page.context.clear_cookies()
        page.goto("/signin")
        page.click("form[data-passkey] button")
        expect(page.locator(".banner.bad")).to_contain_text("This passkey did not work")


def _pass_phrase(page: Page) -> None:
    page.goto("/signin?next=/account")
    page.fill("#f-email", NAME)
    page.fill("#f-pass_phrase", PHRASE)
    page.click("form[action='/signin'] button.pri")
    page.wait_for_url("**/signin/code*")


@contextmanager
def _device(page: Page) -> Iterator:
    """Chromium's virtual device, as the DevTools protocol gives it: `device("getCredentials")`."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield lambda command, **told: tools.send(f"WebAuthn.{command}", {"authenticatorId": made["authenticatorId"], **told})
    tools.send("WebAuthn.disable")
