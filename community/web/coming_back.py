"""The page of ours that a form stood on, as the browser says."""

from starlette.requests import Request


def page_before(request: Request) -> str:
    """Its address without the host; "/" where it is not known or not ours.

    The scheme is not compared: behind a proxy the page came over https and the request comes over http.
    """
    host, _slash, path = request.headers.get("referer", "").partition("://")[2].partition("/")
    return "/" + path.lstrip("/\\") if host == request.url.netloc else "/"
