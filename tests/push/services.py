"""A push service on this machine, over TLS, and a browser that has an address there and can read what comes to it."""

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import digest as hmac
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDH, SECP256R1, EllipticCurvePublicKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from community.push.encoding import unpadded

HOST = "push.school.example"


@dataclass
class Browser:
    """The receiving side of RFC 8291, written from the standard and sharing nothing with the house's sending side."""

    endpoint: str
    key: object = field(default_factory=lambda: generate_private_key(SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)  # type: ignore[attr-defined]

    def form(self) -> dict[str, str]:
        return {"endpoint": self.endpoint, "p256dh": unpadded(self.point), "auth": unpadded(self.auth)}

    def read(self, body: bytes) -> bytes:
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self.key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), theirs))  # type: ignore[attr-defined]
        first = hmac(hmac(self.auth, shared, "sha256"), b"WebPush: info\0" + self.point + theirs + b"\1", "sha256")
        material = hmac(salt, first, "sha256")
        key = hmac(material, b"Content-Encoding: aes128gcm\0\1", "sha256")[:16]
        nonce = hmac(material, b"Content-Encoding: nonce\0\1", "sha256")[:12]
        words, end, padding = AESGCM(key).decrypt(nonce, sealed, None).rpartition(b"\2")
        assert end
        assert not padding.strip(b"\0")
        return words


@dataclass
class Service:
    """`answers` are given one after the other, the last for good: a status line and headers, or None for silence."""

    port: int
    trust: ssl.SSLContext
    answers: list[str | None] = field(default_factory=lambda: ["201 Created"])
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def browser(self) -> Browser:
        return Browser(f"https://{HOST}:{self.port}/to/{secrets.token_urlsafe(12)}")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {name.lower(): value for name, _colon, value in (line.partition(": ") for line in head.split("\r\n")[1:-2])}
        self.asked.append((headers | {"": head.split("\r\n")[0]}, await reader.readexactly(int(headers["content-length"]))))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            await reader.read()  # until the other side gives up
        else:
            writer.write(f"HTTP/1.1 {answer}\r\n\r\n".encode())
        writer.close()


@asynccontextmanager
async def push_service(folder: Path) -> AsyncIterator[Service]:
    certificate, key = certificate_in(folder)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    service = Service(0, ssl.create_default_context(cafile=str(certificate)))
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0, ssl=ours)
    service.port = server.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        server.close()


def certificate_in(folder: Path) -> tuple[Path, Path]:
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, SHA256())
    )  # fmt: skip
    private = key.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(private)
    (folder / "certificate.pem").write_bytes(made.public_bytes(Encoding.PEM))
    return folder / "certificate.pem", folder / "key.pem"


def fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()
