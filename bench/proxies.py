"""The shipped proxy configurations, run as they are but for name, ports, certificate and (in tests) shorter times."""

import os
import re
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection
from typing import IO

from tests.servers import free_port

DEPLOY = Path(__file__).parent.parent / "deploy"
NAME = "hall.example.org"
SBIN = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


@dataclass(frozen=True)
class Proxy:
    """`https://localhost:port`, whose certificate `trust` knows."""

    port: int
    trust: ssl.SSLContext

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}"


def program(name: str) -> str | None:
    return shutil.which(name, path=SBIN)


@contextmanager
def nginx(site_port: int, *, patience: str = "10s") -> Iterator[Proxy]:
    """The shipped deploy/nginx.conf in front of the site; `patience` stands for its ten seconds."""
    with tempfile.TemporaryDirectory(prefix="guildhall-nginx-") as name:
        folder = Path(name)
        port, plain = free_port(), free_port()
        key, certificate = _certificate(folder)
        text = (DEPLOY / "nginx.conf").read_text().replace(f"/etc/letsencrypt/live/{NAME}/fullchain.pem", str(certificate))
        text = text.replace(f"/etc/letsencrypt/live/{NAME}/privkey.pem", str(key)).replace(NAME, "localhost")
        text = text.replace("listen 443", f"listen 127.0.0.1:{port}").replace("listen 80;", f"listen 127.0.0.1:{plain};")
        text = re.sub(
            r"(client_(?:header|body)_timeout +)10s", rf"\g<1>{patience}", text.replace("127.0.0.1:8000", f"127.0.0.1:{site_port}")
        )
        (folder / "guildhall.conf").write_text(text)
        paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user} worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; daemon off;"
            f"events {{}} http {{ access_log off; {paths} include {folder}/guildhall.conf; }}"
        )
        with _running([program("nginx") or "nginx", "-p", name, "-c", str(folder / "nginx.conf")], port):
            yield Proxy(port, ssl.create_default_context(cafile=str(certificate)))


@contextmanager
def caddy(site_port: int, *, patience: str = "10s") -> Iterator[Proxy]:
    """Caddy with deploy/Caddyfile in front of the site."""
    with tempfile.TemporaryDirectory(prefix="guildhall-caddy-") as name:
        folder, port = Path(name), free_port()
        key, certificate = _certificate(folder)
        text = (DEPLOY / "Caddyfile").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{site_port}")
        text = text.replace("read_header 10s", f"read_header {patience}").replace(
            "{\n\tservers {", "{\n\tadmin off\n\tauto_https disable_redirects\n\tservers {", 1
        )
        text = text.replace(f"\n{NAME} {{", f"\nlocalhost:{port} {{\n\ttls {certificate} {key}")
        (folder / "Caddyfile").write_text(text)
        environment = {"HOME": name, "XDG_DATA_HOME": name, "XDG_CONFIG_HOME": name}
        command = [program("caddy") or "caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
        with _running(command, port, environment):
            yield Proxy(port, ssl.create_default_context(cafile=str(certificate)))


@contextmanager
def _running(command: list[str], port: int, environment: dict[str, str] | None = None) -> Iterator[None]:
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=os.environ | (environment or {}))
        try:
            _wait_for(port, process, said)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", said: IO[str]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    said.seek(0)
    raise RuntimeError(f"the proxy did not start: {said.read()}")


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate of our own for localhost."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
               "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key),
               "-out", str(certificate)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return key, certificate
