"""Members, what they sign in with, the sessions that this opens, and the links that prove an address."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock


class Member(Model):
    """A person. Name and handle are public; everything else about a person stands in `members.Detail`, in tiers.

    `email` is lower case and normalised, unique. `handle_folded` is the handle's skeleton: two handles that look alike fold
    to the same one, so the second is refused. `version` rises with every change that
    others can see. `admitted_at` is when somebody with the right to let them in did. `left_at` is when they went for good: the
    row stays, because posts point to it, and says nothing of anybody; it is suspended too, so that no way in is forgotten.
    """

    id = fields.BigIntField(primary_key=True)
    handle = fields.CharField(30, unique=True)
    handle_folded = fields.CharField(40, unique=True)
    name = fields.CharField(80)
    name_folded = fields.CharField(160, db_index=True)
    email = fields.CharField(254, unique=True)
    pass_hash = fields.CharField(200, default="")
    trust = fields.CharField(12, default="newcomer")
    language = fields.CharField(20, default="en")
    time_zone = fields.CharField(50, default="UTC")
    is_under_18 = fields.BooleanField(default=False)
    confirmed_at: Any = fields.DatetimeField(null=True)
    admitted_at: Any = fields.DatetimeField(null=True)
    suspended_at: Any = fields.DatetimeField(null=True)
    left_at: Any = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(default=clock.now)
    version = fields.IntField(default=1)

    class Meta:
        table = "members"


class Session(Model):
    """One device that is signed in. Only the SHA-256 of its token is stored. `proven_at`: when it was last shown who it is."""

    id = fields.BigIntField(primary_key=True)
    token_hash = fields.CharField(64, unique=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name="sessions", db_index=True)
    member_id: int
    created_at = fields.DatetimeField(default=clock.now)
    seen_at = fields.DatetimeField(default=clock.now)
    expires_at = fields.DatetimeField(db_index=True)
    user_agent = fields.CharField(200, default="")
    proven_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "sessions"


class MailedToken(Model):
    """A link that was mailed: for one purpose, once. What signs the nonce is not in the database, so neither is the token."""

    id = fields.BigIntField(primary_key=True)
    token_hash = fields.CharField(64, unique=True)
    nonce = fields.CharField(24)
    purpose = fields.CharField(20)
    member: Any = fields.ForeignKeyField("community.Member", related_name="mailed_tokens", db_index=True)
    member_id: int
    created_at = fields.DatetimeField(default=clock.now)
    expires_at = fields.DatetimeField(db_index=True)
    spent_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "mailed_tokens"


class Passkey(Model):
    """A key pair whose private half never leaves its owner's device. What stands here is public: it opens nothing.

    `credential_id` and `public_key` (COSE) are base64url, `user_handle` is what the device answers with instead of a name.
    `sign_count` is the device's own counter, 0 for the many that keep none.
    """

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name="passkeys", db_index=True)
    member_id: int
    credential_hash = fields.CharField(64, unique=True)
    credential_id = fields.TextField()
    user_handle = fields.CharField(64)
    public_key = fields.TextField()
    sign_count = fields.BigIntField(default=0)
    name = fields.CharField(60)
    created_at = fields.DatetimeField(default=clock.now)
    used_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "passkeys"


class Authenticator(Model):
    """The app that shows a code of six digits (RFC 6238). Asked for at signing in from `confirmed_at` on.

    `secret` is sealed with a key that is not in the database. `last_step` is the time step of the newest code taken: none is
    taken twice.
    """

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.OneToOneField("community.Member", related_name="authenticator")
    member_id: int
    secret = fields.TextField()
    last_step = fields.BigIntField(default=0)
    created_at = fields.DatetimeField(default=clock.now)
    confirmed_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "authenticators"


class RecoveryCode(Model):
    """One of ten codes on paper, each good for one sign-in without the app. Only its SHA-256 is stored: it has 80 random bits."""

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name="recovery_codes", db_index=True)
    member_id: int
    code_hash = fields.CharField(64)
    spent_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "recovery_codes"


class BegunProof(Model):
    """A proof that was begun and is to be finished: once, for one purpose, by the browser that holds its token.

    `challenge` is what a passkey must sign; `keep` whether the session it leads to shall outlive the window.
    """

    id = fields.BigIntField(primary_key=True)
    token_hash = fields.CharField(64, unique=True)
    purpose = fields.CharField(20)
    member: Any = fields.ForeignKeyField("community.Member", related_name="begun_proofs", null=True, db_index=True)
    member_id: int | None
    challenge = fields.CharField(64, default="")
    keep = fields.BooleanField(default=False)
    failures = fields.SmallIntField(default=0)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "begun_proofs"


class Application(Model):
    """One line by somebody without an invitation. A steward decides.

    `asked_at` is set while a question of a steward waits for the applicant's answer; `because` is what a declined one was told.
    """

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.OneToOneField("community.Member", related_name="application")
    member_id: int
    line = fields.CharField(300)
    created_at = fields.DatetimeField(default=clock.now, db_index=True)
    decided_at: Any = fields.DatetimeField(null=True)
    decided_by: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    decided_by_id: int | None
    accepted = fields.BooleanField(default=False)
    because = fields.CharField(500, default="", db_default="")
    question = fields.CharField(500, default="", db_default="")
    asked_at: Any = fields.DatetimeField(null=True)
    asked_by: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    asked_by_id: int | None
    answer = fields.CharField(500, default="", db_default="")

    class Meta:
        table = "applications"


class Block(Model):
    """`blocker` hears nothing more from `blocked`, who is not told."""

    id = fields.BigIntField(primary_key=True)
    blocker: Any = fields.ForeignKeyField("community.Member", related_name="blocks_made", db_index=True)
    blocker_id: int
    blocked: Any = fields.ForeignKeyField("community.Member", related_name="blocks_met", db_index=True)
    blocked_id: int
    since = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "blocks"
        unique_together = (("blocker", "blocked"),)


class Departure(Model):
    """Somebody has deleted their account, or `by` a steward did so for them. It names nobody: `handle` is kept for the moment until
    no text of others calls them by it.

    With `empties` what they posted and said is emptied too: `to_empty` is how much that was at first, `emptied_at` when it was
    done.
    """

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.OneToOneField("community.Member", related_name=False)
    member_id: int
    by: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    by_id: int | None
    left_at = fields.DatetimeField(default=clock.now, db_index=True)
    empties = fields.BooleanField(default=False)
    to_empty = fields.IntField(default=0)
    emptied_at: Any = fields.DatetimeField(null=True)
    handle = fields.CharField(30, default="")

    class Meta:
        table = "departures"
