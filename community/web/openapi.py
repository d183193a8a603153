"""/api/openapi.json, described from the same table that serves the API."""

from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from community.web.routing import GuardedRoute, anyone, page


def description(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of every `api(...)` line among `routes`."""
    described = [route for route in routes if isinstance(route, GuardedRoute) and route.described]
    _, schemas = models_json_schema(
        [(route.described["response"], "serialization") for route in described],
        ref_template="#/components/schemas/{model}",
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Guildhall", "version": "1"},
        "paths": _paths(described),
        "components": {"schemas": schemas.get("$defs", {})},
    }


def _paths(routes: Iterable[GuardedRoute]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route in routes:
        schema = {"$ref": f"#/components/schemas/{route.described['response'].__name__}"}
        operation = {
            "summary": route.described["summary"],
            "operationId": route.name,
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in route.param_convertors
            ],
            "responses": {
                "200": {"description": "OK", "content": {"application/json": {"schema": schema}}},
                "default": {"description": "A problem (RFC 9457)", "content": {"application/problem+json": {}}},
            },
        }
        for method in (route.methods or set()) - {"HEAD"}:
            paths.setdefault(route.path_format, {})[method.lower()] = operation
    return paths


async def show_description(request: Request) -> Response:
    return JSONResponse(description(request.app.state.routes))


routes = [page("/api/openapi.json", show_description, allow=anyone)]
