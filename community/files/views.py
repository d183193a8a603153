"""/files: sending a file up, and getting it back under the eyes of its root."""

from urllib.parse import quote
from uuid import UUID, uuid4

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from community.errors import Invalid, NotFound
from community.files import blobs
from community.files.actions import forget_file, store_upload
from community.files.models import File
from community.files.queries import line_of, own_files
from community.text.gettext import _
from community.web.conditional import not_modified
from community.web.forms import raw_form
from community.web.rendering import redirect, render, wants_fragment
from community.web.routing import viewer_of

# Whatever a browser makes of a file, it is in a sandbox without scripts, forms, origin or network.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"


async def show_files(request: Request) -> Response:
    page = await own_files(viewer_of(request))
    return await render(request, "files/own.html", page, title=_("Your files"))


async def upload(request: Request) -> Response:
    try:
        file = await _stored(request)
    except Invalid as error:
        if wants_fragment(request):
            raise
        page = await own_files(viewer_of(request), dict(error.errors))
        return await render(request, "files/own.html", page, status=422, title=_("Your files"))
    if wants_fragment(request):
        line = line_of(file)
        return JSONResponse({"id": line.id, "name": line.name, "url": line.url, "markdown": line.markdown}, 201)
    return redirect("/files", _("The file is stored. Only you see it until it is in a post."))


async def _stored(request: Request) -> File:
    form = await raw_form(request)
    try:
        sent = form.get("file")
        if not isinstance(sent, UploadFile):
            raise Invalid("file", _("Choose a file first."))
        return await store_upload(viewer_of(request), sent, _client_id(form.get("client_id")))
    finally:
        await form.close()  # what was sent up lies in a temporary file


def _client_id(sent: object) -> UUID:
    try:
        return UUID(str(sent)) if sent else uuid4()
    except ValueError:
        raise Invalid("client_id", _("Load the page again and send the form from there.")) from None


async def remove(request: Request) -> Response:
    await forget_file(viewer_of(request), request.path_params["id"])
    return redirect("/files", _("The file is removed."))


async def send_file(request: Request) -> Response:
    """The file under its own name, or 404: also when the name is another, so that an address says what it leads to."""
    file = await File.visible_to(viewer_of(request)).one(id=request.path_params["id"])
    if request.path_params["name"] != file.name:
        raise NotFound
    small = request.query_params.get("size") == "small" and file.small_digest
    digest = file.small_digest if small else file.digest
    etag = f'"{digest[:32]}"'
    if unchanged := not_modified(request, etag):
        return unchanged
    path = blobs.path_of(digest)
    if not path.is_file():
        raise NotFound
    is_shown = file.is_image or file.seconds is not None
    headers = {
        "content-disposition": f"{'inline' if is_shown else 'attachment'}; filename*=UTF-8''{quote(file.name)}",
        "content-security-policy": FILE_POLICY,
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-cache",
        "etag": etag,
    }
    return FileResponse(path, headers=headers, media_type="image/webp" if small else file.media_type)
