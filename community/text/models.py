"""What a stored text names, so that an edit, purge, narrowing or rename finds every text to render anew."""

from tortoise import fields
from tortoise.models import Model


class Reference(Model):
    """`source` ("reply:12") names `target` ("member:5", "reply:3", "file:8") as of its `version`."""

    id = fields.BigIntField(primary_key=True)
    source = fields.CharField(max_length=64)
    version = fields.IntField()
    target = fields.CharField(max_length=64, db_index=True)

    class Meta:
        table = "text_references"  # "references" is a word of SQL
        unique_together = (("source", "target"),)
