"""From an address to one live version, and from a path to a file in it.

A file is found by looking its name up in the version's manifest, never by walking the disk,
so no spelling of `..` leads anywhere. What was read stays in memory until the pointer changes.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.deployments import addresses
from services.deployments.blobs import BlobStore
from services.deployments.live import Live, Slot, preview_slot, production_slot
from services.deployments.redirects import read_redirects
from services.site_build import REDIRECTS

_KEPT = 256
_CHECK_FIELDS = ("st_mtime_ns", "st_ino", "st_size")


@dataclass(frozen=True)
class Found:
    """What a path means in a version: a file, or the place to go instead."""

    name: str = ""
    digest: str = ""
    redirect: str | None = None


@dataclass
class Versions:
    """Reads live pointers and manifests, each once per change."""

    data_dir: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _lives: OrderedDict[str, tuple[tuple[int, ...], Live]] = field(default_factory=OrderedDict)
    _manifests: OrderedDict[str, dict[str, str]] = field(default_factory=OrderedDict)
    _redirects: OrderedDict[str, dict[str, str]] = field(default_factory=OrderedDict)

    @property
    def blobs(self) -> BlobStore:
        return BlobStore(self.data_dir / "blobs")

    def production(self, label: str) -> Live | None:
        """Return the live version of the site that has, or once had, this label."""
        site_id = addresses.site_at(self.data_dir, label)
        return self._live(production_slot(self.data_dir, site_id)) if site_id else None

    def preview(self, deployment_id: str) -> Live | None:
        return self._live(preview_slot(self.data_dir, deployment_id))

    def manifest(self, digest: str) -> dict[str, str]:
        with self._lock:
            if digest in self._manifests:
                self._manifests.move_to_end(digest)
                return self._manifests[digest]
        files = self.blobs.read_manifest(digest)
        with self._lock:
            self._manifests[digest] = files
            _trim(self._manifests)
        return files

    def redirect(self, files: dict[str, str], path: str) -> str | None:
        """Return where a page that once had `path` (without its first slash) is now, as a path."""
        digest = files.get(REDIRECTS)
        if not digest:
            return None
        with self._lock:
            known = self._redirects.get(digest)
        if known is None:
            known = read_redirects(files, self.blobs)
            with self._lock:
                self._redirects[digest] = known
                _trim(self._redirects)
        new = known.get("/" + path.removesuffix("index.html").rstrip("/"))
        return None if new is None else new[1:] + "/" if new != "/" else ""

    def _live(self, slot: Slot) -> Live | None:
        key = str(slot.folder)
        try:
            stat = os.stat(slot.pointer)
        except FileNotFoundError:
            return None
        state = tuple(int(getattr(stat, name)) for name in _CHECK_FIELDS)
        with self._lock:
            kept = self._lives.get(key)
        if kept and kept[0] == state:
            return kept[1]
        live = slot.read()
        if live:
            with self._lock:
                self._lives[key] = (state, live)
                _trim(self._lives)
        return live


def find(files: dict[str, str], path: str) -> Found | None:
    """Find `path` (without its first slash) in a manifest; clean addresses end in a slash."""
    if path.endswith("/") or not path:
        name = path + "index.html"
        return Found(name, files[name]) if name in files else None
    if path in files:
        folder, _, last = path.rpartition("/")
        if last == "index.html":
            return Found(redirect=f"{folder}/" if folder else "")
        return Found(path, files[path])
    if f"{path}/index.html" in files:
        return Found(redirect=f"{path}/")
    return None


def _trim(kept: OrderedDict[str, Any]) -> None:
    while len(kept) > _KEPT:
        kept.popitem(last=False)
