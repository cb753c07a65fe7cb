"""The archive: the same bytes every time, whole, and safe to download under any name."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from services.deployments.blobs import BlobStore
from services.deployments.zipping import content_disposition, stream_zip

CONTENT = {
    "index.html": b"<p>hi" * 500,
    "a/index.html": b"",
    "img/x.webp": bytes(range(256)) * 4000,
    "é.txt": b"e",
}


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(tmp_path)


@pytest.fixture
def files(blobs):
    return {name: blobs.put(data)[0] for name, data in CONTENT.items()}


def test_the_archive_holds_exactly_the_files(blobs, files):
    archive = zipfile.ZipFile(io.BytesIO(b"".join(stream_zip(files, blobs))))
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist()} == CONTENT


def test_the_archive_is_the_same_every_time_and_in_any_order(blobs, files):
    once = b"".join(stream_zip(files, blobs))
    assert once == b"".join(stream_zip(dict(reversed(files.items())), blobs))
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(once)).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }


def test_old_addresses_are_told_to_hosts_that_can_redirect(blobs, files):
    listed = blobs.put(b'{"/old":"/new","/start":"/"}')[0]
    data = b"".join(stream_zip(files | {"assets/redirects.json": listed}, blobs))
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.read("_redirects") == b"/old /new/ 301!\n/start / 301!\n"


def test_a_large_site_is_not_held_in_memory(blobs, files):
    largest = max(len(piece) for piece in stream_zip(files, blobs))
    assert largest < 600_000


def test_a_lost_file_is_noticed_before_the_first_byte(blobs, files):
    blobs.path(files["index.html"]).unlink()
    with pytest.raises(FileNotFoundError):
        stream_zip(files, blobs)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Hearth & Crumb", "Hearth - Crumb"),
        ("Café Zürich", "Cafe- Zu-rich"),
        ('a"; filename="evil.exe', "a-; filename=evil.exe"),
        ("x\r\nSet-Cookie: a=b", "xSet-Cookie a=b"),
        ("\u202egpj.exe", "gpj.exe"),
        ("../../etc/passwd", "etcpasswd"),
        ("日本語", "site"),
        ("", "site"),
        ("x" * 4096, "x" * 80),
    ],
)
def test_any_name_makes_a_header_that_only_names_a_file(name, plain):
    header = content_disposition(name)
    match = re.fullmatch(
        r'attachment; filename="([A-Za-z0-9._ -]+)\.zip"; filename\*=UTF-8\'\'([^\s;"]+)\.zip',
        header,
    )
    assert match, header
    assert len(header) < 1500
    if re.fullmatch(r"[A-Za-z0-9._ &-]+", plain):
        assert match[1] == plain.replace("&", "-")
