"""Devices that want to be told."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock


class PushDevice(Model):
    """A browser that has asked for pushes, under the session it asked with: it ends with that session, however that ends.

    `endpoint` is the address its push service has given it, `p256dh` and `auth` are its keys (base64url). `key` says which of our
    own keys it was asked with: made with another secret, it hears us no more. `failures` are those since it last took a push.
    """

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name=False, db_index=True)
    member_id: int
    session: Any = fields.ForeignKeyField("community.Session", related_name=False, db_index=True)
    session_id: int
    endpoint = fields.TextField()
    endpoint_hash = fields.CharField(64, unique=True)
    p256dh = fields.CharField(88)
    auth = fields.CharField(24)
    key = fields.CharField(16)
    failures = fields.IntField(default=0)
    created_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "push_devices"
