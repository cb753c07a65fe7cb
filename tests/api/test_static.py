"""The bundle is compressed once and kept for a year; nothing else of the checkout is served."""

import gzip
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from services.edge import static_files

FILES = {
    "login-ABCD1234.js": b"export {}",
    "login-ABCD1234.js.br": b"brotli",
    "login-ABCD1234.js.gz": gzip.compress(b"export {}"),
    "base-ABCD1234.css": b"body{}",
    "base-ABCD1234.css.gz": gzip.compress(b"body{}"),
    "manifest.json": b"{}",
    "logo-ABCD1234.svg": b"<svg/>",
    "page.html": b"<script>1</script>",
}


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    dist = tmp_path / "dist"
    dist.mkdir()
    for name, data in FILES.items():
        (dist / name).write_bytes(data)
    (tmp_path / "secret.js").write_text("secret")
    (tmp_path / "stock").mkdir()
    (tmp_path / "stock" / "hills.webp").write_bytes(b"RIFF")
    monkeypatch.setattr(static_files, "DIST", dist)
    monkeypatch.setattr(static_files, "STOCK", tmp_path / "stock")
    return dist


@pytest.mark.parametrize(
    ("name", "accepts", "encoding"),
    [
        ("login-ABCD1234.js", "gzip, deflate, br, zstd", "br"),
        ("login-ABCD1234.js", "gzip", "gzip"),
        ("login-ABCD1234.js", "br;q=0, gzip;q=0.5", "gzip"),
        ("login-ABCD1234.js", "identity", None),
        ("login-ABCD1234.js", "", None),
        ("login-ABCD1234.js", "zstd", None),
        ("base-ABCD1234.css", "br, gzip", "gzip"),
        ("logo-ABCD1234.svg", "br, gzip", None),
    ],
)
def test_the_best_encoding_both_sides_have_is_sent(
    client: FlaskClient, name: str, accepts: str, encoding: str | None
) -> None:
    answer = client.get(f"/static/dist/{name}", headers={"Accept-Encoding": accepts})
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    suffix = {"br": ".br", "gzip": ".gz", None: ""}[encoding]
    assert answer.data == FILES[name + suffix]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("login-ABCD1234.js", "text/javascript"), ("base-ABCD1234.css", "text/css"),
     ("logo-ABCD1234.svg", "image/svg+xml")],
)  # fmt: skip
def test_a_hashed_file_is_kept_for_a_year(client: FlaskClient, name: str, kind: str) -> None:
    answer = client.get(f"/static/dist/{name}")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.mimetype == kind
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = client.get(f"/static/dist/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_name_without_a_hash_is_asked_for_again(client: FlaskClient) -> None:
    assert client.get("/static/dist/manifest.json").headers["Cache-Control"] == "no-cache"


def test_stock_pictures_are_served(client: FlaskClient) -> None:
    answer = client.get("/static/stock/hills.webp")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")


def test_fonts_may_be_used_by_previews_on_the_other_origin(
    client: FlaskClient, folders: Path
) -> None:
    (folders / "fonts").mkdir()
    (folders / "fonts" / "inter.woff2").write_bytes(b"wOF2")
    answer = client.get("/static/fonts/inter.woff2", headers={"Origin": "null"})
    assert (answer.status_code, answer.mimetype) == (200, "font/woff2")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    ["dist/../secret.js", "dist/%2e%2e/secret.js", "dist/..%2fsecret.js", "dist//etc/passwd.js",
     "dist/login-ABCD1234.js.br", "dist/login-ABCD1234.js.gz", "dist/page.html", "dist/", "dist",
     "dist/nope.js", "stock/../dist/manifest.json", "src/base.css", "dist/%00.js",
     "dist/\\..\\secret.js"],
)  # fmt: skip
def test_nothing_else_is_served(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/static/{path}")
    assert answer.status_code == 404
    assert b"secret" not in answer.data


def test_a_stock_picture_is_there_small_too(client: FlaskClient) -> None:
    buffer = BytesIO()
    Image.new("RGB", (1600, 900), "teal").save(buffer, "WEBP")
    (static_files.STOCK / "teal.webp").write_bytes(buffer.getvalue())
    answer = client.get("/static/stock/small/teal.webp")
    assert answer.status_code == 200
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == (320, 180)
    assert client.get("/static/stock/small/nope.webp").status_code == 404
    # What is listed but is no picture at all is not found either.
    assert client.get("/static/stock/small/hills.webp").status_code == 404
