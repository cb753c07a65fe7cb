"""Reads settings out of the environment, one at a time, and remembers what is wrong with each.

What is said of a wrong value names the variable and what it should be like, never the value.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from email.utils import parseaddr
from urllib.parse import urlsplit

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost"})
_LIMITER_SCHEMES = (
    "memory://",
    "redis://",
    "rediss://",
    "redis+sentinel://",
    "redis+unix://",
)


class Reader:
    """Reads one variable at a time and remembers what is wrong with it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def text(self, name: str, *, default: str | None = None) -> str:
        value = _unquote(self.environ.get(name, ""))
        if value:
            return value
        if default is None:
            self.problems.append(f"{name} is missing.")
        return default or ""

    def origin(self, name: str, *, per_site: bool = False) -> str:
        """Return 'scheme://host[:port]' without a trailing slash.

        With `per_site` the first label may be {site}: then every site has a host name of its own.
        """
        value = self.text(name).rstrip("/")
        plain = value.replace("://{site}.", "://", 1) if per_site else value
        if value and not _is_origin(plain):
            self.problems.append(
                f"{name} must be an address such as https://example.com, "
                "with https unless the host is this machine, and without a path."
            )
        return value.lower()

    def seconds(self, name: str, *, default: str) -> float:
        value = self.text(name, default=default)
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", value) or not 0 < float(value) <= 160:
            self.problems.append(f"{name} must be a number of seconds, at most 160.")
            return 1.0
        return float(value)

    def api_key(self, name: str, kind: str) -> str:
        value = self.text(name)
        if not value:
            return value
        if _key_kind(value) not in (kind, None):
            self.problems.append(f"{name} holds the other kind of key; are the two keys swapped?")
        elif not re.fullmatch(r"[\x21-\x7e]{20,4096}", value):
            self.problems.append(f"{name} is not an API key: copy it whole, without spaces.")
        return value

    def jwt_secret(self, name: str) -> str | None:
        value = self.text(name, default="")
        if value and len(value.encode()) < 32:
            self.problems.append(f"{name} is too short: HS256 needs at least 32 bytes.")
        return value or None

    def api_url(self, name: str, default: str, *, on_any_host: bool = False) -> str:
        """Return the address of an API, which may have a path, without its last slash.

        `on_any_host` lets it be plain http: a model on the next machine has no certificate, and
        that is the operator's choice.
        """
        value = self.text(name, default=default).rstrip("/")
        scheme, _, rest = value.partition("://")
        host, _, path = rest.partition("/")
        checked = "https" if on_any_host and scheme == "http" else scheme
        if not _is_origin(f"{checked}://{host}") or not re.fullmatch(r"[\w./~-]*", path, re.ASCII):
            self.problems.append(f"{name} must be an address such as https://api.example.com/v1.")
        return value

    def keys(self, name: str) -> tuple[bytes, ...]:
        """Return keys of 32 bytes each, written in base64 (either alphabet) with commas between."""
        found = []
        for part in filter(None, self.text(name, default="").split(",")):
            try:
                key = base64.b64decode(
                    part.strip().replace("-", "+").replace("_", "/"), validate=True
                )
            except (binascii.Error, ValueError):
                key = b""
            if len(key) != 32:
                self.problems.append(f"{name} must hold keys of 32 bytes each, in base64.")
                return ()
            found.append(key)
        return tuple(found)

    def stripe_key(self, name: str) -> str | None:
        value = self.text(name, default="")
        if value and not re.fullmatch(r"[sr]k_(test|live)_\w{8,300}", value, re.ASCII):
            self.problems.append(f"{name} must be a secret or restricted key: sk_… or rk_….")
        return value or None

    def webhook_secrets(self, name: str) -> str:
        """Return the signing secrets, with commas between: two while one is being replaced."""
        parts = [part.strip() for part in self.text(name, default="").split(",") if part.strip()]
        if not all(re.fullmatch(r"whsec_[\x21-\x7e]{8,300}", part) for part in parts):
            self.problems.append(f"{name} must be Stripe's signing secret: whsec_….")
        return ",".join(parts)

    def limiter_storage(self, name: str) -> str:
        value = self.text(name, default="memory://")
        if not value.startswith(_LIMITER_SCHEMES):
            self.problems.append(f"{name} must start with memory:// or redis://.")
        return value

    def count(self, name: str) -> int:
        value = self.text(name, default="0")
        if not re.fullmatch(r"[0-9]", value):
            self.problems.append(f"{name} must be a number from 0 to 9.")
            return 0
        return int(value)

    def sentry_dsn(self, name: str) -> str | None:
        value = self.text(name, default="")
        if value and not re.fullmatch(r"https?://[0-9A-Za-z]+@[^/\s@]+(/[^\s]*)?/[0-9]+", value):
            self.problems.append(f"{name} is not a Sentry DSN.")
        return value or None

    def smtp_url(self, name: str) -> str | None:
        value = self.text(name, default="")
        if value and not re.fullmatch(
            r"smtps?://([^\s:@/]+(:[^\s@/]*)?@)?[A-Za-z0-9.-]+(:\d{1,5})?/?", value, re.ASCII
        ):
            self.problems.append(
                f"{name} must be like smtp://user:password@mail.example.com:587 "
                "(or smtps://…:465), with special characters percent-encoded."
            )
        return value or None

    def mail_from(self, name: str) -> str:
        value = self.text(name, default="")
        address = parseaddr(value)[1]
        if value and (
            not re.fullmatch(r"[^\s@<>]+@[A-Za-z0-9.-]+", address) or not value.isprintable()
        ):
            self.problems.append(f"{name} must be like Roseram Builder <hello@example.com>.")
        if value:
            return value
        return f"Roseram Builder <no-reply@{urlsplit(self.text('APP_URL', default='')).hostname}>"

    def port(self, name: str) -> int | None:
        value = self.text(name, default="")
        if value and not (re.fullmatch(r"[1-9]\d{0,4}", value) and int(value) < 65536):
            self.problems.append(f"{name} must be a port number.")
            return None
        return int(value) if value else None

    def release(self, name: str) -> str:
        value = self.text(name, default="")
        if not re.fullmatch(r"[\w.+-]{0,100}", value):
            self.problems.append(f"{name} may hold letters, digits, and . + - _ only.")
        return value

    def header_name(self, name: str) -> str:
        value = self.text(name, default="")
        if not re.fullmatch(r"[A-Za-z0-9-]{0,60}", value):
            self.problems.append(f"{name} must be the name of a header, such as CF-IPCountry.")
        return value

    def compare(self) -> None:
        """Notice values that are right alone and wrong together."""
        keys = [
            _unquote(self.environ.get(name, ""))
            for name in ("SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY")
        ]
        if keys[0] and keys[0] == keys[1]:
            self.problems.append(
                "SUPABASE_SECRET_KEY is the same as SUPABASE_PUBLISHABLE_KEY, which is public."
            )
        urls = [
            _unquote(self.environ.get(name, "")).rstrip("/").lower()
            for name in ("APP_URL", "SITES_URL")
        ]
        if urls[0] and urls[0] == urls[1]:
            self.problems.append(
                "SITES_URL must be another origin than APP_URL: people's pages may run scripts."
            )


def _unquote(value: str) -> str:
    """Drop the quotes that `docker --env-file` and systemd leave around a value."""
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1].strip()
    return value


def _is_origin(value: str) -> bool:
    # Not urlsplit: it drops line breaks, and this value goes into headers as it is.
    found = re.fullmatch(
        r"(https?)://([a-z0-9.-]+)(?::(\d{1,5}))?", value, re.ASCII | re.IGNORECASE
    )
    if found is None:
        return False
    scheme, host, port = found[1].lower(), found[2].lower(), int(found[3] or 443)
    return 0 < port < 65536 and (scheme == "https" or host in LOOPBACK_HOSTS)


def _key_kind(key: str) -> str | None:
    """Tell a publishable from a secret key by its prefix, or by the role in an older JWT key."""
    for kind in ("publishable", "secret"):
        if key.startswith(f"sb_{kind}_"):
            return kind
    return {"anon": "publishable", "service_role": "secret"}.get(_claimed_role(key))


def _claimed_role(key: str) -> str:
    try:
        payload = key.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims["role"])
    except (IndexError, binascii.Error, ValueError, KeyError, TypeError):
        return ""
