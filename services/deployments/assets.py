"""From a picture's reference in a page to its published renditions, each made once.

References are `/static/stock/<file>` (ships with the product) and addresses in our own storage
bucket. Storage objects never change under their name, so what was made from one is kept by
reference; stock pictures are kept by reference and content, because a release may change them.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from services import egress
from services.deployments.blobs import BlobStore, write_atomically
from services.deployments.failures import Unavailable
from services.deployments.images import MAX_BYTES, RECIPE, PictureRefused, renditions
from services.site_build import image_path
from services.site_build.model import Image, ImageFile

STOCK_PREFIX = "/static/stock/"
STOCK_FOLDER = Path(__file__).parents[2] / "static" / "src" / "site" / "stock"
_STOCK_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_OBJECT = re.compile(r"[0-9a-f-]{36}/[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_FETCH_SECONDS = 30.0


@dataclass(frozen=True)
class Picture:
    """A picture as the build wants it, and the blobs its renditions are."""

    image: Image
    digests: dict[str, str]


@dataclass
class Pictures:
    """Finds pictures by reference. One per publish; what it makes stays on disk."""

    data_dir: Path
    storage_url: str
    blobs: BlobStore
    stock: Path = STOCK_FOLDER
    refused: dict[str, str] = field(default_factory=dict)
    _found: dict[str, Picture | None] = field(default_factory=dict)

    def find(self, ref: str) -> Picture | None:
        """Return the picture behind `ref`; None when there is none that could be published.

        Raises Unavailable when the storage does not answer: a publish must not lose pictures
        because of a bad minute.
        """
        if ref not in self._found:
            self._found[ref] = self._find(ref)
        return self._found[ref]

    def _find(self, ref: str) -> Picture | None:
        if ref.startswith(STOCK_PREFIX):
            return self._stock_picture(ref)
        if not ref.startswith(self.storage_url):
            return None
        return self._kept(ref, "") or self._make(ref, "", self._fetch(ref))

    def _stock_picture(self, ref: str) -> Picture | None:
        data = self._read_stock(ref.removeprefix(STOCK_PREFIX))
        if data is None:
            self._refuse(ref, "not found")
            return None
        return self._make(ref, hashlib.sha256(data).hexdigest(), data)

    def _make(self, ref: str, version: str, data: bytes | None) -> Picture | None:
        kept = self._kept(ref, version)
        if kept or data is None:
            return kept
        try:
            made = [
                self._keep(ref, one.data, one.extension, one.width, one.height)
                for one in renditions(data)
            ]
        except PictureRefused as why:
            self._refuse(ref, str(why))
            return None
        record = {"files": made}
        write_atomically(self._record(ref, version), json.dumps(record).encode())
        return _picture(record)

    def _keep(
        self, ref: str, data: bytes, extension: str, width: int, height: int
    ) -> dict[str, Any]:
        digest, _ = self.blobs.put(data)
        path = image_path(ref, data, width, extension)
        return {"path": path, "width": width, "height": height, "sha256": digest}

    def _kept(self, ref: str, version: str) -> Picture | None:
        """Return what an earlier publish made, if all of it is still there."""
        try:
            record = json.loads(self._record(ref, version).read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return (
            _picture(record)
            if all(self.blobs.keep(one["sha256"]) for one in record["files"])
            else None
        )

    def _record(self, ref: str, version: str) -> Path:
        key = hashlib.sha256("\n".join((RECIPE, ref, version)).encode()).hexdigest()
        return self.data_dir / "cache" / "images" / key[:2] / f"{key}.json"

    def _read_stock(self, name: str) -> bytes | None:
        if not _STOCK_NAME.fullmatch(name):
            return None
        try:
            return (self.stock / name).read_bytes()
        except OSError:
            return None

    def _fetch(self, ref: str) -> bytes | None:
        name = unquote(ref.removeprefix(self.storage_url))
        if not _OBJECT.fullmatch(name):
            self._refuse(ref, "not found")
            return None
        try:
            answer = egress.get(
                self.storage_url + name, deadline=_FETCH_SECONDS, max_bytes=MAX_BYTES
            )
        except egress.EgressError as error:
            raise Unavailable(f"a picture could not be read: {error}") from error
        if answer.status == 200:
            return answer.body
        if answer.status in (400, 403, 404):
            self._refuse(ref, "not found")
            return None
        raise Unavailable(f"the storage answered {answer.status}")

    def _refuse(self, ref: str, why: str) -> None:
        self.refused[ref] = why


def _picture(record: dict[str, Any]) -> Picture:
    files = tuple(ImageFile(one["path"], one["width"], one["height"]) for one in record["files"])
    widest = files[-1]
    return Picture(
        Image(widest.width, widest.height, files),
        {one["path"]: one["sha256"] for one in record["files"]},
    )
