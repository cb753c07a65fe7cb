"""The browser bundle and the stock pictures; compressed once by the build, not per request."""

import re
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.security import safe_join

from services.auth import public
from services.edge.small_pictures import small_picture
from services.errors import NotFound

blueprint = Blueprint("static_files", __name__)

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "static" / "dist"
STOCK = ROOT / "static" / "src" / "site" / "stock"

# Python asks the machine's mime.types, which differs from one machine to the next.
_TYPES = {
    ".avif": "image/avif",
    ".css": "text/css",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_HASHED = re.compile(r"-[0-9A-Za-z_]{8,}\.[0-9a-z]+$")
_YEAR = 365 * 24 * 3600
_ENCODINGS = {"br": ".br", "gzip": ".gz"}


@blueprint.get("/static/dist/<path:name>")
@public
def bundle(name: str) -> Response:
    """A hashed name never changes its content, so it is kept for a year."""
    response = _send(DIST, name)
    if _HASHED.search(name):
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


@blueprint.get("/static/stock/<path:name>")
@public
def stock(name: str) -> Response:
    """Pictures that come with the product; previews on the other origin show them too."""
    response = _send(STOCK, name)
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.make_conditional(request)
    return response


@blueprint.get("/static/stock/small/<name>")
@public
def small_stock(name: str) -> Response:
    """The same picture for a card of the dashboard."""
    try:
        data = small_picture(STOCK, name)
    except (OSError, ValueError):
        raise NotFound() from None
    response = Response(data, mimetype="image/webp")
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/static/fonts/<path:name>")
@public
def font(name: str) -> Response:
    """Fonts of people's sites; a browser fetches fonts for the previews' origin only with CORS."""
    response = _send(DIST / "fonts", name)
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.make_conditional(request)
    return response


def _send(folder: Path, name: str) -> Response:
    """Answer with one file of the folder, whole: they are small, and bytes leave faster."""
    kind = _TYPES.get(Path(name).suffix.lower())
    path = safe_join(str(folder), name)
    if kind is None or path is None:
        raise NotFound()
    encoding = _best_encoding(path)
    file = Path(path + _ENCODINGS.get(encoding, ""))
    try:
        data, stamp = file.read_bytes(), file.stat().st_mtime_ns
    except (OSError, ValueError):
        raise NotFound() from None
    response = Response(data, mimetype=kind)
    response.vary.add("Accept-Encoding")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.set_etag(f"{stamp:x}-{len(data):x}{encoding}")
    return response


def _best_encoding(path: str) -> str:
    """Choose among what the browser takes and the build has made; brotli is the smaller one."""
    for encoding, suffix in _ENCODINGS.items():
        if request.accept_encodings[encoding] > 0 and Path(path + suffix).is_file():
            return encoding
    return ""
