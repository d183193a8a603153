"""What a module sends while somebody types."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from community.drafts.filling import MOST_BYTES, Pairs, pairs_of
from community.drafts.naming import is_place
from community.errors import Invalid
from community.text.gettext import _
from community.web.forms import Form


def _known(place: str) -> str:
    if not is_place(place):
        raise ValueError(_("No form of this name keeps drafts."))
    return place


Place = Annotated[str, StringConstraints(max_length=60), AfterValidator(_known)]


class DraftForm(Form):
    """`filled` is the form as JSON, [[name, text], ...]; `kept` the mark of the draft that the device has read; `mark` is
    what it calls this one, so that it knows its own although an answer was lost.
    """

    draft: Place
    mark: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")] | None = None
    filled: Annotated[str, StringConstraints(max_length=MOST_BYTES)] = "[]"

    def pairs(self) -> Pairs:
        pairs = pairs_of(self.filled)
        if pairs is None or len(self.filled.encode("utf-8", "surrogatepass")) > MOST_BYTES:
            raise Invalid("filled", _("This form was not understood."))
        return pairs
