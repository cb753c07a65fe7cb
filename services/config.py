"""Settings, read once from the environment into one frozen value.

`.env.example` describes every name. A wrong environment is reported in full, in one message that
names the variables and never shows a value, because some of them are secrets.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from services.environment import LOOPBACK_HOSTS, Reader


class ConfigError(Exception):
    """The environment cannot be used; the message says what to change."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"Roseram Builder cannot start. See .env.example.\n{lines}")


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything the processes need to know; secrets stay out of `repr`."""

    supabase_url: str
    supabase_publishable_key: str
    supabase_secret_key: str = field(repr=False)
    supabase_jwt_secret: str | None = field(repr=False, default=None)
    app_url: str
    sites_url: str
    data_dir: Path
    ratelimit_storage_uri: str = field(repr=False, default="memory://")
    trusted_proxies: int = 0
    country_header: str = ""
    sentry_dsn: str | None = field(repr=False, default=None)
    smtp_url: str | None = field(repr=False, default=None)
    mail_from: str = ""
    release: str = ""
    metrics_port: int | None = None
    grok_api_key: str | None = field(repr=False, default=None)
    grok_base_url: str = "https://api.x.ai/v1"
    grok_model: str = ""
    grok_timeout: float = 60.0
    credentials_keys: tuple[bytes, ...] = field(repr=False, default=())
    netlify_api_url: str = "https://api.netlify.com/api/v1"
    vercel_api_url: str = "https://api.vercel.com"
    github_api_url: str = "https://api.github.com"
    github_url: str = "https://github.com"
    github_client_id: str = ""
    github_client_secret: str = field(repr=False, default="")
    stripe_secret_key: str | None = field(repr=False, default=None)
    stripe_webhook_secret: str = field(repr=False, default="")
    stripe_api_url: str = "https://api.stripe.com"
    plans_file: Path = Path("plans.toml")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Config":
        """Read and check every setting. Raises ConfigError that names all the bad ones."""
        read = Reader(environ)
        values = {
            "supabase_url": read.origin("SUPABASE_URL"),
            "supabase_publishable_key": read.api_key("SUPABASE_PUBLISHABLE_KEY", "publishable"),
            "supabase_secret_key": read.api_key("SUPABASE_SECRET_KEY", "secret"),
            "supabase_jwt_secret": read.jwt_secret("SUPABASE_JWT_SECRET"),
            "app_url": read.origin("APP_URL"),
            "sites_url": read.origin("SITES_URL", per_site=True),
            "data_dir": Path(read.text("DATA_DIR", default=".local")),
            "ratelimit_storage_uri": read.limiter_storage("RATELIMIT_STORAGE_URI"),
            "trusted_proxies": read.count("TRUSTED_PROXIES"),
            "country_header": read.header_name("COUNTRY_HEADER"),
            "sentry_dsn": read.sentry_dsn("SENTRY_DSN"),
            "smtp_url": read.smtp_url("SMTP_URL"),
            "mail_from": read.mail_from("MAIL_FROM"),
            "release": read.release("RELEASE"),
            "metrics_port": read.port("METRICS_PORT"),
            "grok_api_key": read.text("GROK_API_KEY", default="") or None,
            "grok_base_url": read.api_url("GROK_BASE_URL", cls.grok_base_url, on_any_host=True),
            "grok_model": read.text("GROK_MODEL", default=""),
            "grok_timeout": read.seconds("GROK_TIMEOUT_SECONDS", default="60"),
            "credentials_keys": read.keys("CREDENTIALS_KEYS"),
            "github_client_id": read.text("GITHUB_CLIENT_ID", default=""),
            "github_client_secret": read.text("GITHUB_CLIENT_SECRET", default=""),
            "netlify_api_url": read.api_url("NETLIFY_API_URL", cls.netlify_api_url),
            "vercel_api_url": read.api_url("VERCEL_API_URL", cls.vercel_api_url),
            "github_api_url": read.api_url("GITHUB_API_URL", cls.github_api_url),
            "github_url": read.api_url("GITHUB_URL", cls.github_url),
            "stripe_secret_key": read.stripe_key("STRIPE_SECRET_KEY"),
            "stripe_webhook_secret": read.webhook_secrets("STRIPE_WEBHOOK_SECRET"),
            "stripe_api_url": read.api_url("STRIPE_API_URL", cls.stripe_api_url),
            "plans_file": Path(read.text("PLANS_FILE", default=str(cls.plans_file))),
        }
        read.compare()
        if read.problems:
            raise ConfigError(read.problems)
        return cls(**values)  # type: ignore[arg-type]  # no problem left, so no required value is empty

    @property
    def issuer(self) -> str:
        """What `iss` says in every token that this Supabase project signs."""
        return f"{self.supabase_url}/auth/v1"

    @property
    def hosted(self) -> bool:
        """Is this hosted (or self-hosted) Supabase, and not the embedded one of this machine?"""
        return urlsplit(self.supabase_url).hostname not in LOOPBACK_HOSTS

    @property
    def mails_stay_here(self) -> bool:
        """Without a mail server, mails of an app on this machine are shown on this machine."""
        return self.smtp_url is None and urlsplit(self.app_url).hostname in LOOPBACK_HOSTS

    def secrets(self) -> set[str]:
        """Every text that must never leave: the settings kept out of `repr`, and their parts."""
        kept = [getattr(self, each.name) for each in fields(self) if not each.repr]
        hidden = {value for value in kept if isinstance(value, str)}
        for key in self.credentials_keys:
            hidden |= {base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()}
        listed = {part for value in hidden for part in value.split(",")}
        passwords = {urlsplit(value).password or "" for value in hidden if "://" in value}
        return {text.strip() for text in hidden | listed | passwords} - {"", "memory://"}

    @property
    def takes_payments(self) -> bool:
        """Is Stripe set up? Both are needed: without webhooks we would not hear of payments."""
        return bool(self.stripe_secret_key and self.stripe_webhook_secret)

    @property
    def stripe_is_live(self) -> bool:
        """Is real money moved? Test keys see test payments only."""
        return "_live_" in (self.stripe_secret_key or "")

    @property
    def deploy_hosts(self) -> list[str]:
        """Where sites can be published; without keys for credentials only what needs none."""
        remote = ["netlify", "vercel", "github_pages"] if self.credentials_keys else []
        return ["local", *remote, "archive"]

    def public_settings(self) -> dict[str, Any]:
        """What the browser may know: /api/config, and `config` in templates."""
        return {
            "supabase_url": self.supabase_url,
            "supabase_publishable_key": self.supabase_publishable_key,
            "app_url": self.app_url,
            "sites_url": self.sites_url,
            "release": self.release,
            # The embedded Supabase has no realtime, and has the demo people.
            "features": {
                "deploy_hosts": self.deploy_hosts,
                "github_oauth": bool(self.credentials_keys and self.github_client_id),
                "demo": not self.hosted,
                "realtime": self.hosted,
                "mail": self.smtp_url is not None or self.mails_stay_here,
                "ai": self.grok_api_key is not None,
                "billing": self.takes_payments,
            },
        }

    @cached_property
    def trusted_hosts(self) -> list[str]:
        """The Host headers that are ours; links and redirects never come from another one."""
        host = urlsplit(self.app_url).hostname or ""
        return sorted(LOOPBACK_HOSTS) if host in LOOPBACK_HOSTS else [host]
