"""What pages elsewhere say of themselves, and whose author wants no card."""

from tortoise import fields
from tortoise.models import Model

from community import clock


class Preview(Model):
    """A page elsewhere under the SHA-256 of its address: the address itself stands only in the texts that link there.

    All texts are plain. `title` is "" where there is nothing to show, which is remembered too. That a text shows it stands in
    `text_references`, as a reference to "preview:{id}": so an edit or a deletion of the text takes the card away.
    """

    id = fields.BigIntField(primary_key=True)
    digest = fields.CharField(64, unique=True)
    title = fields.CharField(120, default="")
    description = fields.CharField(200, default="")
    site = fields.CharField(80, default="")
    fetched_at = fields.DatetimeField(default=clock.now, db_index=True)

    class Meta:
        table = "link_previews"


class Declined(Model):
    """A text ("message:7") whose author has taken its card away: it gets none again."""

    id = fields.BigIntField(primary_key=True)
    source = fields.CharField(64, unique=True)

    class Meta:
        table = "declined_previews"
