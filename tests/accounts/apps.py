"""An authenticator app in somebody's hands, and a member who has one."""

import re
from datetime import datetime, timedelta

import pyotp

from community import clock
from community.accounts import second_step
from community.accounts.identity import cookie_name, identify_token
from tests.conftest import new_client
from tests.factories import PASS_PHRASE


def code_of(secret: str, at: datetime | None = None, steps: int = 0) -> str:
    """What the app shows, `steps` half minutes later."""
    return pyotp.TOTP(secret).at((at or clock.now()) + timedelta(seconds=30 * steps))


async def signed_in_browser(app, member):
    """A browser of the member, signed in with the pass phrase."""
    browser = new_client(app)
    answer = await browser.post("/signin", data={"email": member.email, "pass_phrase": PASS_PHRASE})
    assert answer.headers["location"] == "/", answer.text
    return browser


async def viewer_in(browser):
    return await identify_token(browser.cookies[cookie_name()])


async def turned_on(browser):
    """Turn the second step on at the door: the app's secret, and the recovery codes of the page."""
    assert (await browser.post("/account/authenticator")).headers["location"] == "/account/authenticator"
    secret = await second_step.prepared_secret(await viewer_in(browser))
    # an earlier step of the window, so that the present code is still good for signing in
    with clock.frozen(clock.now()):  # no half minute ends between the code and the answer
        page = await browser.post("/account/authenticator/confirm", data={"code": code_of(secret, steps=-1)})
    assert page.status_code == 200, page.text
    return secret, re.findall(r"<code>([0-9A-Z-]{19})</code>", page.text)


async def half_signed_in(app, member, phrase=PASS_PHRASE, **fields):
    """A browser in which the pass phrase was right and the code is still to come."""
    browser = new_client(app)
    answer = await browser.post("/signin", data={"email": member.email, "pass_phrase": phrase} | fields)
    assert answer.headers["location"].startswith("/signin/code")
    assert cookie_name() not in browser.cookies
    return browser
