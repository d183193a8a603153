"""Whether an answer tells that an address is known: on signing in, resetting, joining, asking for the link again.

200 pairs of a known and an unknown address for each, every question from a network of its own, in random order, one after the
other. Compared are status, headers and body (and the page it leads to), their length, and the time: the area under the curve (AUC)
says how often whoever guesses by the time alone would be right. 0.5 is a coin; 200 pairs of equal times stay below 0.57 nineteen
times out of twenty.
"""

import asyncio
import http.client
import os
import random
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import uuid4

from bench.server import Server, running

PAIRS = 200
MOST_AUC = 0.6
PHRASE = "a sentence of nobody at all"


def _joining(email: str) -> dict[str, str]:
    return {"name": "Seru Vakaloloma", "email": email, "pass_phrase": PHRASE, "language": "en"}


Form = Callable[[str], dict[str, str]]
# For each question its address, the form, and what a known address is: confirmed, or still to be confirmed.
QUESTIONS: dict[str, tuple[str, Form, str]] = {
    "sign-in": ("/signin", lambda email: {"email": email, "pass_phrase": PHRASE}, "full"),
    "sign-in, unconfirmed": ("/signin", lambda email: {"email": email, "pass_phrase": PHRASE}, "open"),
    "reset": ("/forgotten", lambda email: {"email": email}, "full"),
    "join by a line": ("/join", lambda email: _joining(email) | {"line": "I teach welding."}, "full"),
    "join by a domain": ("/join", _joining, "home"),
    "the link again": ("/confirm/again", lambda email: {"email": email}, "open"),
}


@dataclass(frozen=True)
class Answered:
    """One answer without what is drawn anew each time, and how long it took."""

    said: str
    length: int
    seconds: float


def main() -> int:
    print(f"{'question':<24}{'same':>6}{'length':>8}{'AUC':>7}{'known ms':>10}{'unknown ms':>12}")
    with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as folder, site_with_members(folder) as server:
        told = [show(name, ask_all(server, name)) for name in QUESTIONS]
    return int(any(told))


def show(name: str, pairs: list[tuple[Answered, Answered]]) -> bool:
    """Print a line; True when something tells."""
    known, unknown = [pair[0].seconds for pair in pairs], [pair[1].seconds for pair in pairs]
    same = sum(one.said == other.said for one, other in pairs)
    lengths = sum(one.length == other.length for one, other in pairs)
    found = auc(known, unknown)
    print(f"{name:<24}{same:>6}{lengths:>8}{found:>7.3f}{_median_ms(known):>10.2f}{_median_ms(unknown):>12.2f}", flush=True)
    return same < len(pairs) or lengths < len(pairs) or found > MOST_AUC


def auc(one: list[float], other: list[float]) -> float:
    """How often a guess by size is right (Mann and Whitney): 0.5 to 1."""
    wins = sum((a > b) + (a == b) / 2 for a in one for b in other) / (len(one) * len(other))
    return max(wins, 1 - wins)


def _median_ms(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2] * 1000


def ask_all(server: Server, name: str) -> list[tuple[Answered, Answered]]:
    path, form, kind = QUESTIONS[name]
    order = random.Random(7)
    line = http.client.HTTPConnection("127.0.0.1", server.port)
    _ask(line, path, form(f"warm@{kind}.example"))
    pairs = []
    for number in range(PAIRS):
        emails = [f"known{number:04}@{kind}.example", f"other{number:04}@{kind}.example"]
        asked = {email: _ask(line, path, form(email)) for email in order.sample(emails, 2)}
        pairs.append((asked[emails[0]], asked[emails[1]]))
    line.close()
    return pairs


def _ask(line: http.client.HTTPConnection, path: str, form: dict[str, str]) -> Answered:
    """Asked from a network that has asked nothing before."""
    network = f"2001:db8:{secrets.randbelow(65536):x}:{secrets.randbelow(65536):x}::1"
    headers = {
        "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": network,
    }  # fmt: skip
    began = time.perf_counter()
    line.request("POST", path, urlencode(form), headers)
    answer = line.getresponse()
    body = answer.read().decode()
    seconds = time.perf_counter() - began
    raw = f"{answer.status} {sorted(answer.getheaders())} {body}"
    time.sleep(0.02)  # what runs after the answer is not measured into the next one
    return Answered(_without_chance(raw, form["email"]), len(raw), seconds)


def _without_chance(text: str, email: str) -> str:
    """Ids drawn anew, the address itself, and the moment in a signature."""
    text = text.replace(email, "ADDRESS").replace(email.replace("@", "%40"), "ADDRESS")
    text = re.sub(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", "ID", text)
    text = re.sub(r"flash=(\.?[^.;]+)\.[^;]+", r"flash=\1", text)
    return re.sub(r"\('(date|x-request-id)', '[^']*'\)", r"\1", text)


@contextmanager
def site_with_members(folder: str) -> Iterator[Server]:
    """An empty site with 200 members of each kind, behind a proxy whose forwarded addresses it believes."""
    for module, argument in (("community", "migrate"), ("bench.enumeration", "fill")):
        environment = os.environ | {"GUILDHALL_DATA": folder}
        subprocess.run([sys.executable, "-m", module, argument], env=environment, check=True, stdout=subprocess.DEVNULL)
    with running(folder, "serve", GUILDHALL_PROXIES="127.0.0.1") as server:
        yield server


async def fill() -> None:
    """The members of each kind, and an institution whose addresses end in home.example, in the database of the environment."""
    from community import clock
    from community.accounts.models import Member
    from community.accounts.pass_phrases import hashed
    from community.institutions.models import Institution, MailDomain
    from community.settings import settings
    from community.storage import database_open, unit_of_work

    async with database_open(settings().database_url):
        pass_hash, now = await hashed("the phrase of a member"), clock.now()
        async with unit_of_work():
            school = await Institution.create(
                slug="home", name="Home", name_folded="home", country="KE", audience="public", verified_at=now
            )
            for kind, confirmed_at in (("full", now), ("open", None), ("home", now)):
                for number in range(PAIRS):
                    handle = f"{kind}{number}"
                    await Member.create(
                        handle=handle, handle_folded=handle, name=f"Member {number}", name_folded=f"member {number}",
                        email=f"known{number:04}@{kind}.example", pass_hash=pass_hash, confirmed_at=confirmed_at, admitted_at=now,
                    )  # fmt: skip
            author = await Member.get(handle="full0")
            await MailDomain.create(
                institution_id=school.id, domain="home.example", held="home.example", state="held", author_id=author.id,
                client_id=uuid4(),
            )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:] == ["fill"]:
        asyncio.run(fill())
    else:
        sys.exit(main())
