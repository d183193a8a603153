"""A device that holds passkeys, made of software: what it answers, and what it could be made to answer."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from community.settings import settings

PRESENT, VERIFIED, HOLDS_KEY = 0x01, 0x04, 0x40


def b64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """One passkey. Whatever is given by name to `make` or `answer` replaces what an honest device would say."""

    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: str = ""
    count: int = 0

    def make(self, options: dict[str, Any], **twist: Any) -> str:
        """The JSON of navigator.credentials.create()."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        cose = twist.get("cose") or cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        data = self._data(HOLDS_KEY, **twist) + bytes(16) + len(self.id).to_bytes(2) + self.id + cose
        attestation = twist.get("attestation") or cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = {"clientDataJSON": self._said("webauthn.create", options, twist), "attestationObject": b64(attestation)}
        return self._json(said, twist)

    def answer(self, options: dict[str, Any], **twist: Any) -> str:
        """The JSON of navigator.credentials.get()."""
        self.count += 1
        data, said = self._data(0, **twist), self._said("webauthn.get", options, twist)
        signature = self.key.sign(data + hashlib.sha256(unb64(said)).digest(), ECDSA(SHA256()))
        response = {"clientDataJSON": said, "authenticatorData": b64(data), "signature": b64(signature), "userHandle": self.handle}
        return self._json(response | twist.get("response", {}), twist)

    def _data(
        self, flags: int, *, flags_said: int = PRESENT | VERIFIED, host: str = "localhost", count: int | None = None, **_: Any
    ) -> bytes:
        said = self.count if count is None else count
        return hashlib.sha256(host.encode()).digest() + bytes([flags | flags_said]) + said.to_bytes(4)

    def _said(self, kind: str, options: dict[str, Any], twist: dict[str, Any]) -> str:
        said = {"type": twist.get("kind", kind), "challenge": twist.get("challenge", options["challenge"]),
                "origin": twist.get("origin", settings().public_origin), "crossOrigin": False}  # fmt: skip
        return b64(json.dumps(said).encode())

    def _json(self, response: dict[str, Any], twist: dict[str, Any]) -> str:
        name = b64(twist.get("id", self.id))
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


async def added(browser: Any, device: Device, name: str = "Her phone", **twist: Any) -> Any:
    """Add the device's passkey at the door, in a browser that is signed in: the answer to the form."""
    options = (await browser.post("/account/passkeys/begin", headers={"X-Fragment": "1"})).json()
    return await browser.post("/account/passkeys", data={"name": name, "credential": device.make(options, **twist)})


async def asked(browser: Any) -> dict[str, Any]:
    """What the sign-in page asks a device."""
    answer = await browser.post("/signin/passkey/begin", headers={"X-Fragment": "1"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def came_in(browser: Any, device: Device, **twist: Any) -> Any:
    """Sign in with the device: the answer to the form."""
    credential = device.answer(await asked(browser), **twist)
    return await browser.post("/signin/passkey", data={"credential": credential, "next": "/account"})
