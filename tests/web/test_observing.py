"""What is written down of a request and what is counted: enough to find a fault, and of no person a word."""

import asyncio
import json
import logging
import re
import sys

import pytest
from tortoise.exceptions import IntegrityError

from community import logs
from community.logs import JsonLines, PlainLines
from community.settings import Settings
from community.storage import drain, enqueue, execute, unit_of_work
from tests.factories import make_member
from tests.storage import deeds

pytestmark = pytest.mark.anyio

TOKEN = "a-long-random-word"
PRIVATE = ["amara", "diallo", "school.example", "s3cret", "203.0.113.9", "why not", "kept-for-me"]


@pytest.fixture
def lines(monkeypatch) -> list[str]:
    """Everything that is written down, as JSON."""
    found: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(self.format(record))

    handler = Kept()
    handler.setFormatter(JsonLines())
    logger = logging.getLogger()
    before = logging.getLogger(logs.REQUESTS).level, logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logging.getLogger(logs.REQUESTS).setLevel(logging.INFO)
    yield found
    logger.removeHandler(handler)
    logging.getLogger(logs.REQUESTS).setLevel(before[0])
    logger.setLevel(before[1])


def of_requests(lines: list[str]) -> list[dict]:
    return [line for line in map(json.loads, lines) if line["logger"] == logs.REQUESTS]


async def test_a_request_is_one_line_by_its_route_and_of_no_person(client, sign_in, lines) -> None:
    member = await make_member("Amara Diallo")
    await sign_in(client, member)
    client.headers["X-Forwarded-For"] = "203.0.113.9"
    answers = [
        await client.get("/people/amara_diallo?q=why+not"),
        await client.get("/nowhere/s3cret"),
        await client.post("/signin", data={"email": "amara_diallo@school.example", "pass_phrase": "s3cret"}),
        await client.get("/reset/kept-for-me"),
    ]
    told = of_requests(lines)
    assert [(line["method"], line["status"]) for line in told] == [
        (answer.request.method, answer.status_code) for answer in answers
    ]
    assert told[1]["route"] == "none"
    assert told[2]["route"] == "/signin"
    assert [line["request"] for line in told] == [answer.headers["x-request-id"] for answer in answers]
    assert len({line["request"] for line in told}) == len(answers)
    assert told[0]["queries"] >= 1
    assert all(line["ms"] > 0 for line in told)
    assert all(
        set(line) <= {"at", "level", "logger", "message", "request", "method", "route", "status", "ms", "queries"} for line in told
    )
    everything = "\n".join(lines).lower()
    assert [word for word in PRIVATE if word in everything] == []


async def test_a_crash_tells_its_class_and_its_lines_and_no_value(app, client, lines, monkeypatch) -> None:
    async def fails(*_: object) -> None:
        raise RuntimeError("s3cret") from IntegrityError("Key (email)=(amara@school.example) exists")

    monkeypatch.setattr("community.web.machines.readiness", fails)
    with pytest.raises(RuntimeError):
        await client.get("/readyz?why+not")
    crash = next(line for line in map(json.loads, lines) if line["level"] == "error")
    assert crash["message"] == "unhandled error at /readyz"
    assert crash["error"] == "RuntimeError"
    assert crash["request"] == of_requests(lines)[0]["request"]
    assert any("machines.py" in frame for frame in crash["through"])
    assert of_requests(lines)[0]["status"] == 500
    everything = "\n".join(lines).lower()
    assert [word for word in PRIVATE if word in everything] == []


@pytest.mark.parametrize("form", [JsonLines(), PlainLines()])
def test_what_other_libraries_say_is_cut_to_its_fixed_words(form) -> None:
    try:
        int("amara@school.example")
    except ValueError:
        error = sys.exc_info()
    record = logging.LogRecord(
        "asyncio", logging.ERROR, "x.py", 1, "Task exception was never retrieved\nfuture: <amara>", (), error
    )
    said = form.format(record)
    assert "Task exception was never retrieved" in said
    assert "ValueError" in said
    assert "amara" not in said
    record = logging.LogRecord("mail.log", logging.WARNING, "x.py", 1, "sender: %s", ("amara@school.example",), None)
    assert "amara" not in form.format(record)


def test_only_json_has_a_line_for_each_request() -> None:
    root, requests = logging.getLogger(), logging.getLogger(logs.REQUESTS)
    before = root.handlers[:], root.level, requests.level
    try:
        logs.set_up("json")
        assert requests.isEnabledFor(logging.INFO)
        logs.set_up("plain")
        assert not requests.isEnabledFor(logging.INFO)
    finally:
        root.handlers[:], root.level = before[0], before[1]
        root.setLevel(before[1])
        requests.setLevel(before[2])


async def test_metrics_count_by_route_and_never_by_address(client, monkeypatch) -> None:
    monkeypatch.setattr("community.web.machines.settings", lambda: Settings(metrics_token=TOKEN))
    for number in range(30):
        await client.get(f"/people/somebody{number}")
        await client.get(f"/no/such/page/{number}")
    text = await metrics(client)
    assert re.search(r'guildhall_requests_total\{method="GET",route="none",status="404"\} \d', text)
    assert 'guildhall_request_seconds_bucket{le="0.005",route="none"}' in text
    assert "somebody" not in text
    assert "/no/such" not in text
    for name in ("sockets", "deliveries_total", "jobs_waiting", "jobs_oldest_seconds", "jobs_dead", "job_failures_total",
                 "database_bytes", "search_lag_seconds", "search_documents"):  # fmt: skip
        assert re.search(rf"^guildhall_{name} [0-9.e+]+$", text, re.MULTILINE), name
    assert float(re.search(r"^guildhall_database_bytes (\S+)", text, re.MULTILINE)[1]) > 10_000


async def test_a_failed_job_is_counted_and_its_age_told(client, monkeypatch) -> None:
    monkeypatch.setattr("community.web.machines.settings", lambda: Settings(metrics_token=TOKEN))
    before = number_of("job_failures_total", await metrics(client))
    deeds.failing.add("remember")
    async with unit_of_work():
        await enqueue(deeds.remember, number=1)
    await drain(tolerant=True)
    deeds.failing.clear()
    async with unit_of_work():
        await execute("UPDATE jobs SET due_at = '2020-01-01 00:00:00+00:00'")
    text = await metrics(client)
    assert number_of("job_failures_total", text) == before + 1
    assert number_of("jobs_failing", text) == 1
    assert number_of("jobs_oldest_seconds", text) > 1e8


async def test_what_cannot_be_measured_leaves_the_rest(client, monkeypatch) -> None:
    monkeypatch.setattr("community.web.machines.settings", lambda: Settings(metrics_token=TOKEN))

    def away() -> None:
        raise ConnectionError

    monkeypatch.setattr("community.discovery.health.engine", away)
    text = await metrics(client)
    assert "guildhall_search_documents " not in text
    assert "guildhall_jobs_dead 0" in text


async def test_ready_asks_other_servers_rarely_however_often_it_is_asked(client, monkeypatch) -> None:
    asked = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.close()

    server = await asyncio.start_server(count, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setattr(
        "community.mail.transport.settings", lambda: Settings(mail=f"smtp://127.0.0.1:{port}?from=hall@example.org")
    )
    parts = [(await client.get("/readyz")).json()["parts"]["mail"] for _ in range(20)]
    assert set(parts) == {"ok: reachable"}, "it names no address"
    assert asked == 1
    server.close()
    await server.wait_closed()


async def metrics(client) -> str:
    return (await client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})).text


def number_of(name: str, text: str) -> float:
    return float(re.search(rf"^guildhall_{name} (\S+)", text, re.MULTILINE)[1])
