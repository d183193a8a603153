"""The page of ours that a form stood on, as the browser says."""

from starlette.requests import Request


def page_before(request: Request) -> str:
    """Its address without the host; "/" where it is not known or not ours."""
    own = f"{request.url.scheme}://{request.url.netloc}/"
    referer = request.headers.get("referer", "")
    path = "/" + referer.removeprefix(own) if referer.startswith(own) else "/"
    return "/" + path.lstrip("/\\")
