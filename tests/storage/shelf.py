"""Models whose migrations the tests write."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Shelf(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(40)

    class Meta:
        table = "shelves"


class Book(Model):
    id = fields.BigIntField(primary_key=True)
    shelf: Any = fields.ForeignKeyField("community.Shelf", related_name="books", db_index=True)
    number = fields.IntField()

    class Meta:
        table = "books"
        unique_together = (("shelf", "number"),)
