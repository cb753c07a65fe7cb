"""A compiled page as bytes for a cache: one line of JSON, then the body and files as they are."""

from __future__ import annotations

import json
from typing import Any

from services.site_build.model import CompiledPage


def pack(page: CompiledPage) -> bytes:
    """Write a compiled page down; equal pages give equal bytes."""
    about: dict[str, Any] = {
        "path": page.path,
        "title": page.title,
        "body": len(page.body),
        "sheets": [[name, len(data)] for name, data in page.sheets],
        "scripts": [[name, len(data)] for name, data in page.scripts],
        "blocks": page.blocks,
        "behaviors": page.behaviors,
        "script_hosts": page.script_hosts,
        "seo": dict(page.seo),
        "updated_at": page.updated_at,
        "missing": page.missing,
        "forms": dict(page.forms),
    }
    files = [data for _, data in (*page.sheets, *page.scripts)]
    head = json.dumps(about, sort_keys=True, separators=(",", ":"))
    return b"".join([head.encode(), b"\n", page.body, *files])


def unpack(data: bytes) -> CompiledPage:
    """Read a compiled page back. Raises ValueError when the bytes are not all there."""
    end = data.index(b"\n")
    about = json.loads(data[:end])
    rest = _Cutter(data, end + 1)
    page = CompiledPage(
        path=about["path"],
        title=about["title"],
        body=rest.take(about["body"]),
        sheets=tuple((name, rest.take(size)) for name, size in about["sheets"]),
        scripts=tuple((name, rest.take(size)) for name, size in about["scripts"]),
        blocks=tuple(about["blocks"]),
        behaviors=tuple(about["behaviors"]),
        script_hosts=tuple(about["script_hosts"]),
        seo=about["seo"],
        updated_at=about["updated_at"],
        missing=tuple(about["missing"]),
        forms=about["forms"],
    )
    rest.finish()
    return page


class _Cutter:
    """Takes pieces of bytes one after another, and knows when they do not come out even."""

    def __init__(self, data: bytes, position: int) -> None:
        self.data, self.position = data, position

    def take(self, size: int) -> bytes:
        piece = self.data[self.position : self.position + size]
        self.position += size
        return piece

    def finish(self) -> None:
        if self.position != len(self.data):
            raise ValueError("a packed page has the wrong length")
