"""What /readyz and /metrics report: parts the site can do without never make it unready."""

import pytest

from community.settings import Settings

pytestmark = pytest.mark.anyio

TOKEN = "a-long-random-word"


async def test_a_mail_server_that_does_not_answer_is_degraded_and_no_more(client, monkeypatch) -> None:
    monkeypatch.setattr("community.mail.transport.settings", lambda: Settings(mail="smtp://127.0.0.1:9?from=hall@example.org"))
    monkeypatch.setattr("community.chat.health.settings", lambda: Settings(bus="valkey://127.0.0.1:9/0"))
    parts = (await client.get("/readyz")).json()["parts"]
    assert parts["mail"].startswith("degraded")
    assert parts["bus"].startswith("degraded")
    assert parts["database"].startswith("ok")


async def test_without_servers_of_their_own_mail_and_bus_are_fine(client) -> None:
    parts = (await client.get("/readyz")).json()["parts"]
    assert (parts["mail"], parts["bus"]) == ("ok: outbox", "ok: memory")


async def test_metrics_are_for_whoever_has_the_token(client, monkeypatch) -> None:
    monkeypatch.setattr("community.web.machines.settings", lambda: Settings(metrics_token=TOKEN))
    assert (await client.get("/metrics", headers={"authorization": "Bearer other"})).status_code == 404
    text = (await client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})).text
    assert "guildhall_jobs_dead 0" in text
    assert "guildhall_sockets 0" in text
