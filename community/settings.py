"""The settings, read once from the environment. A wrong one is refused at start-up with its name, its fault and an example."""

import re
import secrets
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Network = IPv4Network | IPv6Network
_REPLY = re.compile(r"([A-Za-z0-9_-]{1,12}@)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}")


class Settings(BaseSettings):
    """Each field is one environment variable: `port` is PORT, every other is GUILDHALL_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_", extra="ignore", frozen=True)

    port: int = Field(8000, validation_alias="PORT", ge=1, le=65535, description="The port of the web process", examples=["8000"])
    host: str = Field("127.0.0.1", description="The address to listen on", examples=["192.0.2.7"])
    data: Path = Field(Path("var"), description="The folder of the database, the index and the files", examples=["./var"])
    database: str = Field(
        "", description="sqlite:// or postgres:// address; empty is a file in the data folder",
        examples=["postgres://guildhall:secret@db:5432/guildhall"],
    )  # fmt: skip
    search: str = Field("embedded", description="embedded, or the address of Meilisearch with its key",
                        examples=["http://:KEY@search:7700"])  # fmt: skip
    bus: str = Field("memory", description="memory, or the address of Valkey", examples=["valkey://cache:6379/0"])
    mail: str = Field(
        "outbox", description="outbox (a page, in the demo and on loopback only), or the address of an SMTP server",
        examples=["smtp://user:secret@mail.example.org:587?from=hall@example.org"],
    )  # fmt: skip
    reply: str = Field(
        "", description="The domain, or the mailbox that takes +tags, to which members answer letters; empty takes no mail",
        examples=["reply.hall.example.org"],
    )  # fmt: skip
    reply_listen: str = Field("", description="Where to listen for mail over SMTP, as host:port; empty listens nowhere",
                              examples=["0.0.0.0:25"])  # fmt: skip
    reply_token: str = Field("", description="Who may hand mail to /mail/in, at least 32 characters; empty closes it",
                             examples=["a-long-random-word-of-at-least-32-characters"])  # fmt: skip
    secret: str = Field("", description="What signs tokens, at least 32 characters; empty makes one in the data folder",
                        examples=["3f9c... (64 hexadecimal digits)"])  # fmt: skip
    origin: str = Field("", description="The public address, from which every link in a mail is made",
                        examples=["https://guildhall.example.org"])  # fmt: skip
    proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        (), description="Whose forwarded addresses are believed, separated by commas", examples=["10.0.0.0/8,127.0.0.1"]
    )
    backup_days: int = Field(30, ge=0, le=3650, description="For how many days backups are kept; members are told so",
                             examples=["14"])  # fmt: skip
    previews: bool = Field(default=True, description="Whether links to elsewhere get a card, for which the server asks their pages",
                           examples=["false"])  # fmt: skip
    metrics_token: str = Field("", description="Who may read /metrics; empty closes it", examples=["a-long-random-word"])
    log: Literal["plain", "json"] = Field("plain", description="plain, or json with a line for each request", examples=["json"])
    demo: bool = Field(default=False, description="Whether this is the demonstration network", examples=["true"])

    @field_validator("database")
    @classmethod
    def _database_is_known(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"sqlite", "postgres", "postgresql"}:
            raise ValueError("it must begin with sqlite:// or postgres://")
        return value

    @field_validator("search")
    @classmethod
    def _search_is_known(cls, value: str) -> str:
        if value != "embedded" and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("it must be 'embedded' or begin with http:// or https://")
        return value

    @field_validator("bus")
    @classmethod
    def _bus_is_known(cls, value: str) -> str:
        if value != "memory" and urlsplit(value).scheme not in {"valkey", "redis", "unix"}:
            raise ValueError("it must be 'memory' or begin with valkey://")
        return value

    @field_validator("mail")
    @classmethod
    def _mail_is_known(cls, value: str) -> str:
        if value != "outbox" and urlsplit(value).scheme not in {"smtp", "smtps"}:
            raise ValueError("it must be 'outbox' or begin with smtp:// or smtps://")
        return value

    @field_validator("reply")
    @classmethod
    def _reply_is_a_domain(cls, value: str) -> str:
        if value and not _REPLY.fullmatch(value):
            raise ValueError("it must be a domain, or a mailbox of at most twelve letters and a domain")
        return value.lower()

    @field_validator("reply_listen")
    @classmethod
    def _reply_listen_has_a_port(cls, value: str) -> str:
        found = re.fullmatch(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})", value)
        if value and not (found and int(found[1]) < 65536):
            raise ValueError("it must be a host and a port")
        return value

    @field_validator("secret", "reply_token")
    @classmethod
    def _secret_is_long(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("it must have at least 32 characters")
        return value

    @field_validator("origin")
    @classmethod
    def _origin_is_bare(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query):
            raise ValueError("it must be a scheme and a host, without a path")
        return value.rstrip("/")

    @field_validator("proxies", mode="before")
    @classmethod
    def _proxies_are_networks(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        return value

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite://{self.data / 'guildhall.sqlite3'}"

    @property
    def public_origin(self) -> str:
        return self.origin or f"http://{'localhost' if self.host in LOOPBACK else self.host}:{self.port}"

    @property
    def on_loopback(self) -> bool:
        return self.host in LOOPBACK

    def signing_secret(self) -> str:
        """The secret that was set, or one that was made once and is kept in the data folder, readable by its owner only."""
        if self.secret:
            return self.secret
        kept = self.data / "secret"
        if not kept.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_hex(32))
        return kept.read_text().strip()


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class WrongSetting(SystemExit):
    """Stops the start with a sentence per wrong setting."""


def variable(name: str) -> str:
    """The environment variable of a field."""
    return "PORT" if name == "port" else f"GUILDHALL_{name.upper()}"


def read() -> Settings:
    """The settings of the environment, or WrongSetting that names each wrong one, its fault and an example."""
    try:
        return Settings()
    except ValidationError as error:
        raise WrongSetting("\n".join(_sentence(fault) for fault in error.errors())) from None


def _sentence(fault: Any) -> str:
    name = str(fault["loc"][0]).lower()
    examples = Settings.model_fields[name].examples or [""]
    why = str(fault["msg"]).removeprefix("Value error, ")
    return f"{variable(name)} is wrong: {why}. Example: {variable(name)}={examples[0]}"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return read()
