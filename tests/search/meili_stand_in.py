"""What Meilisearch's documentation says of the few routes we use, and strict about it: on undeclared filters, unknown fields, types.

It ranks by words held only. It stands in where no server can be had; `MEILI_URL` runs the same contract against a real one.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Row = dict[str, Any]
TIME = "2026-03-01T12:00:00.000000Z"
TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[A-Za-z_]+|[=(),\[\]])')
KNOWN = {
    "q", "filter", "limit", "offset", "page", "hitsPerPage", "sort", "facets", "matchingStrategy", "attributesToRetrieve",
}  # fmt: skip


class Refused(Exception):
    """A 400 with Meilisearch's code."""


class Filter:
    """The filter language: `a = "x"`, `a IN ["x", "y"]`, NOT, AND, OR, parentheses."""

    def __init__(self, text: str, allowed: list[str]) -> None:
        self._tokens = TOKEN.findall(text)
        if "".join(self._tokens).replace(" ", "") != re.sub(r'\s+(?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)', "", text).replace(
            " ", ""
        ):
            raise Refused("invalid_search_filter")
        self._allowed = allowed
        self.holds = self._either()
        if self._tokens:
            raise Refused("invalid_search_filter")

    def _either(self) -> Callable[[Row], bool]:
        parts = [self._both()]
        while self._took("OR"):
            parts.append(self._both())
        return lambda row: any(part(row) for part in parts)

    def _both(self) -> Callable[[Row], bool]:
        parts = [self._one()]
        while self._took("AND"):
            parts.append(self._one())
        return lambda row: all(part(row) for part in parts)

    def _one(self) -> Callable[[Row], bool]:
        if self._took("NOT"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._took("("):
            inner = self._either()
            self._must(")")
            return inner
        name = self._next()
        if name not in self._allowed:
            raise Refused("invalid_search_filter")
        if self._took("="):
            wanted = {self._value()}
        else:
            self._must("IN")
            wanted = set(self._list())
        return lambda row: bool(wanted & set(_values(row.get(name))))

    def _list(self) -> Iterator[str]:
        self._must("[")
        while not self._took("]"):
            yield self._value()
            self._took(",")

    def _value(self) -> str:
        text = self._next()
        if not text.startswith('"'):
            raise Refused("invalid_search_filter")
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)

    def _next(self) -> str:
        if not self._tokens:
            raise Refused("invalid_search_filter")
        return self._tokens.pop(0)

    def _took(self, word: str) -> bool:
        if self._tokens[:1] == [word]:
            self._tokens.pop(0)
            return True
        return False

    def _must(self, word: str) -> None:
        if not self._took(word):
            raise Refused("invalid_search_filter")


def _values(value: Any) -> list[str]:
    return [] if value is None else [str(each) for each in value] if isinstance(value, list) else [str(value)]


class Meili:
    """The state of a server."""

    def __init__(self) -> None:
        self.indexes: dict[str, dict[str, Row]] = {}
        self.settings: dict[str, Row] = {}
        self.tasks: list[Row] = []

    def enqueued(self, kind: str, index: str, run: Callable[[], None]) -> Row:
        """202: the work is done when the task is looked at for the second time."""
        self.tasks.append({"uid": len(self.tasks), "indexUid": index, "type": kind, "status": "processing", "run": run})
        return {"taskUid": len(self.tasks) - 1, "indexUid": index, "status": "enqueued", "type": kind, "enqueuedAt": TIME}

    def task(self, uid: int) -> Row:
        task = self.tasks[uid]
        shown = {name: task[name] for name in ("uid", "indexUid", "type", "status")} | {"enqueuedAt": TIME}
        if task["status"] == "processing":
            try:
                task["run"]()
                task["status"] = "succeeded"
            except Refused as error:
                task["status"], task["error"] = "failed", {"code": str(error)}
        return shown | ({"error": task["error"]} if task["status"] == "failed" and shown["status"] == "failed" else {})

    def create(self, index: str) -> None:
        self.indexes[index], self.settings[index] = {}, {}

    def drop(self, index: str) -> None:
        del self.indexes[index]

    def add(self, index: str, rows: list[Row]) -> None:
        for row in rows:
            if not re.fullmatch(r"[a-zA-Z0-9_-]{1,511}", str(row.get("id"))):
                raise Refused("invalid_document_id")
            self.indexes[index][row["id"]] = row

    def delete(self, index: str, asked: Row) -> None:
        for row in self.chosen(index, {"filter": [asked["filter"]]}):
            del self.indexes[index][row["id"]]

    def chosen(self, index: str, asked: Row) -> list[Row]:
        allowed = self.settings[index].get("filterableAttributes", [])
        filters = [Filter(text, allowed).holds for text in asked.get("filter", [])]
        return [row for row in self.indexes[index].values() if all(holds(row) for holds in filters)]

    def search(self, index: str, asked: Row) -> Row:
        if unknown := set(asked) - KNOWN:
            raise Refused(f"unknown field {unknown}")
        found = self.chosen(index, asked)
        phrases = re.findall('"([^"]*)"', asked.get("q", ""))
        found = [row for row in found if all(f" {phrase} " in f" {row['title']} | {row['body']} " for phrase in phrases)]
        words = re.sub('"[^"]*"', " ", asked.get("q", "")).split()[:10]
        if words:
            held = {row["id"]: sum(word in f"{row['title']} {row['body']}".split() for word in words) for row in found}
            found = sorted((row for row in found if held[row["id"]]), key=lambda row: -held[row["id"]])
        most = self.settings[index].get("pagination", {}).get("maxTotalHits", 1000)
        shown = self.settings[index].get("displayedAttributes", ["*"])
        counted: Row = {"estimatedTotalHits": len(found)}
        start, limit = asked.get("offset", 0), asked.get("limit", 20)
        if "hitsPerPage" in asked or "page" in asked:
            limit = asked.get("hitsPerPage", 20)
            start, counted = (asked.get("page", 1) - 1) * limit, {"totalHits": min(len(found), most)}
        hits = [{name: value for name, value in row.items() if name in shown} for row in found[:most][start : start + limit]]
        return {"hits": hits, "query": asked.get("q", "")} | counted | self._facets(index, found, asked.get("facets"))

    def _facets(self, index: str, found: list[Row], names: list[str] | None) -> Row:
        if names is None:
            return {}
        if set(names) - set(self.settings[index].get("filterableAttributes", [])):
            raise Refused("invalid_search_facets")
        counts: dict[str, dict[str, int]] = {name: {} for name in names}
        for row in found:
            for name in names:
                for value in _values(row.get(name)):
                    counts[name][value] = counts[name].get(value, 0) + 1
        return {"facetDistribution": counts}

    def facet_search(self, index: str, asked: Row) -> Row:
        found = self._facets(index, self.chosen(index, asked), [asked["facetName"]])["facetDistribution"][asked["facetName"]]
        near = [value for value in sorted(found) if value.startswith(asked.get("facetQuery", ""))]
        most = self.settings[index].get("faceting", {}).get("maxValuesPerFacet", 100)
        return {"facetHits": [{"value": value, "count": found[value]} for value in near[:most]], "facetQuery": ""}

    def swap(self, pairs: list[Row]) -> None:
        for one, other in (pair["indexes"] for pair in pairs):
            self.indexes[one], self.indexes[other] = self.indexes[other], self.indexes[one]
            self.settings[one], self.settings[other] = self.settings[other], self.settings[one]


def answer(meili: Meili, method: str, path: str, body: Any) -> tuple[int, Row]:
    match [method, *path.strip("/").split("/")]:
        case ["GET", "tasks", uid]:
            return 200, meili.task(int(uid))
        case ["POST", "swap-indexes"]:
            return 202, meili.enqueued("indexSwap", "", lambda: meili.swap(body))
        case ["POST", "indexes"]:
            return 202, meili.enqueued("indexCreation", body["uid"], lambda: meili.create(body["uid"]))
        case [_, "indexes", uid, *_] if uid not in meili.indexes:
            return 404, {"message": "no index", "code": "index_not_found", "type": "invalid_request", "link": ""}
        case ["GET", "indexes", uid]:
            return 200, {"uid": uid, "primaryKey": "id", "createdAt": TIME, "updatedAt": TIME}
        case ["DELETE", "indexes", uid]:
            return 202, meili.enqueued("indexDeletion", uid, lambda: meili.drop(uid))
        case ["GET", "indexes", uid, "stats"]:
            return 200, {"numberOfDocuments": len(meili.indexes[uid]), "isIndexing": False, "fieldDistribution": {}}
        case ["PATCH", "indexes", uid, "settings"]:
            return 202, meili.enqueued("settingsUpdate", uid, lambda: meili.settings[uid].update(body))
        case ["POST", "indexes", uid, "documents"]:
            return 202, meili.enqueued("documentAdditionOrUpdate", uid, lambda: meili.add(uid, body))
        case ["POST", "indexes", uid, "documents", "delete"]:
            return 202, meili.enqueued("documentDeletion", uid, lambda: meili.delete(uid, body))
        case ["POST", "indexes", uid, "search"]:
            return 200, meili.search(uid, body)
        case ["POST", "indexes", uid, "facet-search"]:
            return 200, meili.facet_search(uid, body)
    return 405, {"message": f"{method} {path}", "code": "method_not_allowed", "type": "invalid_request", "link": ""}


@contextmanager
def meili_stand_in() -> Iterator[str]:
    """The address of a server on loopback."""
    meili = Meili()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            raw = self.rfile.read(length)
            if raw and self.headers.get("content-type") != "application/json" and self.command != "DELETE":
                return self._send(415, {"message": "", "code": "missing_content_type", "type": "invalid_request", "link": ""})
            try:
                status, found = answer(meili, self.command, self.path.partition("?")[0], json.loads(raw) if raw else None)
            except Refused as error:
                status, found = 400, {"message": str(error), "code": str(error), "type": "invalid_request", "link": ""}
            return self._send(status, found)

        do_GET = do_POST = do_PATCH = do_DELETE = _any  # noqa: N815

        def _send(self, status: int, found: Row) -> None:
            text = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
