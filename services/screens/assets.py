"""Names of the built files, from static/dist/manifest.json, for the templates.

The browser build (build.mjs) writes the manifest last, so whoever reads it finds every file.
"""

import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

URL = "/static/dist/"


@dataclass(frozen=True)
class Entry:
    """What a screen loads: its module, its style sheets, and the chunks worth fetching early."""

    file: str
    css: tuple[str, ...]
    preload: tuple[str, ...]


class Assets:
    """Looks names up; reads the manifest again when a new build has replaced it."""

    def __init__(self, manifest: Path) -> None:
        self._path = manifest
        self._lock = threading.Lock()
        self._stamp = -1
        self._content: dict[str, Any] = {}

    def asset(self, name: str) -> str:
        """Return the address of a file such as 'base.css'."""
        files = self._read().get("files", {})
        if name not in files:
            raise RuntimeError(f"The browser bundle has no file '{name}': run `make build`.")
        return URL + str(files[name])

    def entry(self, name: str) -> Entry:
        """Return what the screen called `name` loads."""
        entries = self._read().get("entries", {})
        if name not in entries:
            raise RuntimeError(f"The browser bundle has no entry '{name}': run `make build`.")
        found = entries[name]
        return Entry(
            file=URL + found["file"],
            css=tuple(URL + path for path in found.get("css", ())),
            preload=tuple(URL + path for path in found.get("preload", ())),
        )

    def _read(self) -> dict[str, Any]:
        try:
            stamp = self._path.stat().st_mtime_ns
            with self._lock:
                if stamp != self._stamp:
                    self._content = json.loads(self._path.read_text())
                    self._stamp = stamp
                return self._content
        except (OSError, ValueError) as error:
            raise RuntimeError("The browser bundle is not built: run `make build`.") from error
