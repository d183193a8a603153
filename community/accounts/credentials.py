"""What a passkey says, checked: the one place that knows WebAuthn (W3C, level 3) and its library.

User verification is always required, so that a passkey counts as both factors, and no attestation is asked for: who made the
device is not our business. What arrives is bytes of strangers in four nested formats; whatever it makes the parsers raise
means that it proves nothing.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from community.settings import settings

log = logging.getLogger(__name__)

ID_BYTES, KEY_BYTES = 1023, 4000  # a credential id's limit is the standard's
_HANDLE = re.compile(r"[A-Za-z0-9_-]{1,64}")  # ours are 43 signs of base64url: what is none never reaches the database
_ALWAYS_VERIFIED = UserVerificationRequirement.REQUIRED
R = TypeVar("R")


class NoProof(Exception):
    """What was sent proves nothing."""


@dataclass(frozen=True)
class Account:
    """Whom a device keeps a passkey for. `handle` is what it answers with, base64url; it tells nothing of the member."""

    handle: str
    address: str
    name: str


@dataclass(frozen=True)
class NewCredential:
    """`id` and `public_key` are base64url."""

    id: str
    public_key: str
    sign_count: int


@dataclass(frozen=True)
class Claim:
    """Which passkey an answer says it comes from; not checked yet."""

    credential_id: str
    user_handle: str


def creation_options(challenge: str, account: Account, held: Iterable[str]) -> str:
    """JSON for navigator.credentials.create(); `held` are the ids that must not be made twice on one device."""
    options = generate_registration_options(
        rp_id=_host(), rp_name="Guildhall", challenge=base64url_to_bytes(challenge),
        user_id=base64url_to_bytes(account.handle), user_name=account.address, user_display_name=account.name,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in held],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, require_resident_key=True, user_verification=_ALWAYS_VERIFIED
        ),
    )  # fmt: skip
    return options_to_json(options)


def request_options(challenge: str) -> str:
    """JSON for navigator.credentials.get(): any passkey of this site that the device holds; nobody is named."""
    options = generate_authentication_options(
        rp_id=_host(), challenge=base64url_to_bytes(challenge), user_verification=_ALWAYS_VERIFIED
    )
    return options_to_json(options)


def new_credential(sent: str, challenge: str | None) -> NewCredential:
    """The passkey that was just made for us. Raises NoProof, also without a challenge of ours."""
    return _checked(_new_credential, sent, challenge)


def _new_credential(sent: str, challenge: str) -> NewCredential:
    parsed = parse_registration_credential_json(sent)
    attestation = parse_attestation_object(parsed.response.attestation_object)
    if attestation.fmt != AttestationFormat.NONE and (attestation.fmt != AttestationFormat.PACKED or attestation.att_stmt.x5c):
        raise NoProof  # not asked for: certificates of strangers are not even read
    made = verify_registration_response(
        credential=parsed, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=_host(),
        expected_origin=settings().public_origin, require_user_verification=True,
    )  # fmt: skip
    if len(made.credential_id) > ID_BYTES or len(made.credential_public_key) > KEY_BYTES:
        raise NoProof
    decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))  # one that could never verify
    return NewCredential(bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key), made.sign_count)


def claim_of(sent: str) -> Claim:
    """Raises NoProof."""
    return _checked(_claim_of, sent)


def _claim_of(sent: str) -> Claim:
    answer = json.loads(sent)
    claim = Claim(answer["id"], answer["response"]["userHandle"])
    if not isinstance(claim.credential_id, str) or not _HANDLE.fullmatch(claim.user_handle):
        raise NoProof
    return claim


def sign_count(sent: str, challenge: str | None, public_key: str | None) -> int:
    """The device's counter in an answer that this key has signed for this challenge and site. Raises NoProof, also without either.

    Whether the counter has risen is for the caller to see, under its lock.
    """
    return _checked(_sign_count, sent, challenge, public_key)


def _sign_count(sent: str, challenge: str, public_key: str) -> int:
    shown = verify_authentication_response(
        credential=sent, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=_host(),
        expected_origin=settings().public_origin, credential_public_key=base64url_to_bytes(public_key),
        credential_current_sign_count=0, require_user_verification=True,
    )  # fmt: skip
    return shown.new_sign_count


def _checked(check: Callable[..., R], *arguments: str | None) -> R:
    if None in arguments:
        raise NoProof
    try:
        return check(*arguments)
    except (NoProof, WebAuthnException) as error:
        raise NoProof from error
    except Exception as error:  # parsers of JSON, CBOR, COSE and ASN.1 raise what they like
        log.info("a passkey's answer could not be read: %s", type(error).__name__)
        raise NoProof from error


def _host() -> str:
    """The relying party: the site's public name, whatever a request calls it."""
    return urlsplit(settings().public_origin).hostname or ""
