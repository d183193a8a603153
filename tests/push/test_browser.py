"""Pushes in a real browser: the worker is registered and does nothing else; where the push service does not answer, the page says so."""

import pytest
from playwright.async_api import expect

from community.push.models import PushDevice
from tests.chat.conftest import House, Open
from tests.factories import make_member

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

REGISTER = """async () => {
  const made = await navigator.serviceWorker.register("/push.js", {scope: "/"});
  await navigator.serviceWorker.ready;
  return [made.scope, made.active?.state ?? made.installing?.state ?? "waiting"];
}"""
# Stands in for the browser's push service, which no test may ask.
SUBSCRIBED = """() => {
  Notification.requestPermission = async () => "granted";
  const keys = {p256dh: %r, auth: "AAAAAAAAAAAAAAAAAAAAAA"};
  PushManager.prototype.subscribe = async (wanted) => ({
    toJSON: () => ({endpoint: "https://push.example/" + wanted.applicationServerKey.length, keys}), unsubscribe: async () => true,
  });
}"""
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"


async def test_the_worker_is_registered_for_the_whole_site(hall: House, open_page: Open) -> None:
    page = await open_page(await make_member(), "/account/notices")
    scope, state = await page.evaluate(REGISTER)
    assert scope == f"http://{hall.address}/"
    assert state in {"activated", "activating", "installing", "installed"}
    await page.reload()
    assert await page.evaluate("navigator.serviceWorker.controller?.scriptURL ?? ''") in {"", f"http://{hall.address}/push.js"}
    assert await page.evaluate("caches.keys()") == []


async def test_a_device_asks_and_is_listed_and_removed(open_page: Open) -> None:
    amara = await make_member()
    page = await open_page(amara, "/account/notices", permissions=["notifications"])
    await page.evaluate(SUBSCRIBED % POINT)
    await page.get_by_role("button", name="Tell me on this device").click()
    await expect(page.locator("#push li")).to_contain_text("this device", timeout=10_000)
    device = await PushDevice.get()
    assert (device.member_id, device.endpoint) == (amara.id, "https://push.example/87")
    await page.locator("#push").get_by_role("button", name="Remove").click()
    await expect(page.locator("#push li")).to_have_count(0)
    assert await PushDevice.all().count() == 0


async def test_without_script_the_page_says_what_is_missing(open_page: Open) -> None:
    page = await open_page(await make_member(), "/account/notices", java_script_enabled=False)
    await expect(page.locator("#push")).to_contain_text("this page needs to run its script")
    await expect(page.get_by_role("button", name="Tell me on this device")).to_be_hidden()
