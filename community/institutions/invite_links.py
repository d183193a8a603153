"""The link of an invitation.

A token is a signature over the invitation's client id, made with a secret that is not in the database; it can therefore be shown
to the coordinators again, while a copy of the database opens nothing.
"""

from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from community.settings import settings


def token_of(client_id: UUID) -> str:
    return str(_signer().dumps(client_id.hex))


def link_of(client_id: UUID) -> str:
    return f"{settings().public_origin}/join?invite={token_of(client_id)}"


def is_ours(token: str) -> bool:
    try:
        _signer().loads(token)
    except (BadSignature, ValueError):
        return False
    return True


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().signing_secret(), salt="invite")
