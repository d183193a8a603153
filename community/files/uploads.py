"""Files that come with a form of another slice, where no script has sent them up before: its fields `file` and `voice`."""

from uuid import UUID, uuid5

from starlette.datastructures import FormData, UploadFile

from community.audience import Viewer
from community.errors import Invalid
from community.files.actions import store_upload

FIELDS = ("file", "voice")


def without_uploads(form: FormData) -> FormData:
    """What remains for the form's own model."""
    return FormData([(name, given) for name, given in form.multi_items() if name not in FIELDS])


async def add_uploads(viewer: Viewer, form: FormData, client_id: UUID, ids: list[int]) -> None:
    """Store them for their sender alone and add their ids to `ids`, one by one: what was stored before one is refused is there.

    The same file in a form that is sent again is the same. Raises Invalid("file").
    """
    for upload in _uploads(form):
        file_id = uuid5(client_id, f"{upload.filename} {upload.size}")
        try:
            file = await store_upload(viewer, upload, file_id)
        except Invalid as error:
            raise Invalid("file", f"{upload.filename}: {next(iter(error.errors.values()))}") from None
        if file.id not in ids:
            ids.append(file.id)


def _uploads(form: FormData) -> list[UploadFile]:
    """Those that were chosen: an empty field of a form comes as a file without a name."""
    sent = [given for name in FIELDS for given in form.getlist(name)]
    return [given for given in sent if isinstance(given, UploadFile) and given.filename]
