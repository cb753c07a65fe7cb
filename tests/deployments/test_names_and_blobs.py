"""Names that every host shares, and bytes that are kept once."""

from __future__ import annotations

import hashlib

import pytest

from services.deployments.blobs import BlobStore, manifest_bytes, manifest_digest
from services.deployments.failures import PublishFailure
from services.deployments.names import check_names

HOSTILE = [
    "", "/", "/index.html", "a//b", "a/", "../a", "a/../b", "./a", "a/.", "a/..",
    ".env", ".git/config", "a/.htaccess", ".nojekyll", "_redirects", "_headers", "a/_redirects",
    "netlify.toml", "vercel.json", "CNAME", "cname",
    "a\\b", "a\x00b", "a\rb", "a\nb", "a\x1b[31mb", "a\x7fb", "a?b", "a#b", "a%2e", "a*b", "a:b",
    "a|b", 'a"b', "a<b", "a>b", "a\u202eb", "a\u2066b", "cafe\u0301.html",
    "a.", "a ", " a", "a/b.", "x" * 401, "é" * 201,
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stops_the_publish_and_is_named_harmlessly(name):
    with pytest.raises(PublishFailure) as failure:
        check_names(["index.html", name])
    assert failure.value.code == "bad_file_name"
    assert failure.value.detail.isprintable()
    assert len(failure.value.detail) < 300


def test_names_equal_but_for_capitals_are_refused():
    with pytest.raises(PublishFailure, match="capital"):
        check_names(["About.html", "about.html"])


def test_too_many_files_are_refused_before_anything_is_moved():
    with pytest.raises(PublishFailure) as failure:
        check_names(f"{n}.html" for n in range(20_001))
    assert failure.value.code == "too_many_files"


def test_ordinary_names_pass():
    check_names(
        [
            "index.html",
            "über/index.html",
            "assets/img/a-480-1234.webp",
            "404.html",
            "a b.pdf",
            "robots.txt",
        ]
    )


def test_equal_bytes_are_kept_once(tmp_path):
    blobs = BlobStore(tmp_path)
    digest, new = blobs.put(b"hello")
    assert (digest, new) == (hashlib.sha256(b"hello").hexdigest(), True)
    assert blobs.put(b"hello") == (digest, False)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [digest]
    assert blobs.read(digest) == b"".join(blobs.chunks(digest)) == b"hello"


def test_a_blob_cut_short_by_a_crash_is_written_again(tmp_path):
    blobs = BlobStore(tmp_path)
    digest, _ = blobs.put(b"hello")
    blobs.path(digest).write_bytes(b"he")
    assert blobs.put(b"hello") == (digest, True)
    assert blobs.read(digest) == b"hello"


@pytest.mark.parametrize(
    "digest", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "/..", "g" * 64]
)
def test_a_digest_from_a_row_cannot_lead_out_of_the_store(tmp_path, digest):
    with pytest.raises(ValueError):
        BlobStore(tmp_path).path(digest)


def test_equal_manifests_have_equal_digests_in_any_order(tmp_path):
    one, other = {"b": "2", "a": "1"}, {"a": "1", "b": "2"}
    assert manifest_digest(one) == manifest_digest(other)
    assert BlobStore(tmp_path).read_manifest(BlobStore(tmp_path).put_manifest(one)) == other
    assert manifest_bytes({"é": "x"}) == '{"é":"x"}'.encode()
