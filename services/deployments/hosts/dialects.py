"""Redirects, headers and clean addresses, written the way each host reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from services.deployments.redirects import address, quoted, redirects_file

# The pages bring their own Content-Security-Policy; these cannot stand in a page.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


def netlify(redirects: Mapping[str, str]) -> dict[str, bytes]:
    headers = "/*\n" + "".join(f"  {name}: {value}\n" for name, value in HEADERS.items())
    made = {"_headers": headers.encode()}
    if redirects:
        made["_redirects"] = redirects_file(redirects)
    return made


def vercel(redirects: Mapping[str, str]) -> dict[str, bytes]:
    settings = {
        "trailingSlash": True,
        "headers": [
            {
                "source": "/(.*)",
                "headers": [{"key": name, "value": value} for name, value in HEADERS.items()],
            }
        ],
        "redirects": [
            {"source": _literal(old), "destination": quoted(address(new)), "permanent": True}
            for old, new in sorted(redirects.items())
        ],
    }
    return {"vercel.json": json.dumps(settings, indent=1).encode()}


def github(
    redirects: Mapping[str, str], *, domain: str
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return GitHub Pages' files, and what it cannot do, one sentence each."""
    # Without .nojekyll, names that begin with an underscore vanish. Without CNAME, so does the
    # domain.
    made = {".nojekyll": b""}
    if domain:
        made["CNAME"] = f"{domain}\n".encode()
    report = [
        "GitHub Pages sends no headers of your own: "
        + " and ".join(HEADERS)
        + " are not set there."
    ]
    if redirects:
        report.append(
            "GitHub Pages has no redirects: old addresses show a page that leads on at once, "
            "and search engines see no 301."
        )
    return made, tuple(report)


def _literal(path: str) -> str:
    """A path in which nothing is a pattern: Vercel reads `:` `(` `*` and their like as one."""
    return "".join(f"\\{c}" if c in ":()*+?{}[]\\" else c for c in quoted(path))
