"""Compiled pages, kept by digest: in memory up to a bound, and on disk for the next worker.

A page is compiled once per version for as long as the compiler stays the same; publishing a site
of a thousand pages after one change compiles one page.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.deployments.blobs import write_atomically
from services.site_build import unpack
from services.site_build.model import CompiledPage, Image

log = logging.getLogger(__name__)
Images = Mapping[str, Image]
Parts = Mapping[str, int]
_KEPT_BYTES = 32 * 1024 * 1024
_KEPT_VERSIONS = 50_000


@dataclass
class CompiledPages:
    """The cache. It also remembers which digest a page's version had, to save reading its text."""

    folder: Path
    _packed: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    _versions: OrderedDict[tuple[str, int], tuple[str, Images, Parts]] = field(
        default_factory=OrderedDict
    )
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def known(self, page_id: str, version: int) -> tuple[str, Images, Parts] | None:
        """Return the digest of a page's version, and the pictures and components in it."""
        return self._versions.get((page_id, version))

    def remember(
        self, page_id: str, version: int, digest: str, images: Images, parts: Parts
    ) -> None:
        """Keep a version's digest; `parts` are its components and their versions."""
        with self._lock:
            self._versions[(page_id, version)] = (digest, images, parts)
            while len(self._versions) > _KEPT_VERSIONS:
                self._versions.popitem(last=False)

    def get(self, digest: str) -> CompiledPage | None:
        """Return a compiled page; a damaged file counts as missing and is made again."""
        with self._lock:
            packed = self._packed.get(digest)
            if packed is not None:
                self._packed.move_to_end(digest)
        try:
            return unpack(packed if packed is not None else self._read(digest))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, IndexError) as error:
            log.warning("compiled page %s is damaged: %s", digest, type(error).__name__)
            return None

    def put(self, digest: str, packed: bytes) -> CompiledPage:
        """Keep what `pack` made of a page, and return the page."""
        write_atomically(self._path(digest), packed)
        self._keep(digest, packed)
        return unpack(packed)

    def _read(self, digest: str) -> bytes:
        packed = self._path(digest).read_bytes()
        self._keep(digest, packed)
        return packed

    def _keep(self, digest: str, packed: bytes) -> None:
        with self._lock:
            if digest in self._packed:
                return
            self._packed[digest] = packed
            self._size += len(packed)
            while self._size > _KEPT_BYTES:
                self._size -= len(self._packed.popitem(last=False)[1])

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest
