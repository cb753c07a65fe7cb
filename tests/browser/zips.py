"""ZIP files that are not what they should be, each with the reason it is refused for."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile


def packed(files: dict[str, bytes | str], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("link.html")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


def _twice() -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("index.html", "one")
        archive.writestr("INDEX.html", "two")
    return out.getvalue()


def _liar() -> bytes:
    """It says that its 200 MB are ten bytes."""
    data = bytearray(packed({"index.html": b"\0" * (200 << 20)}))
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 10)
    return bytes(data)


def _overlapping() -> bytes:
    """Two entries of one and the same data."""
    data = bytearray(packed({"a.html": "x" * 99, "b.html": "x" * 99}))
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def hostile() -> dict[str, tuple[bytes, str]]:
    """Name → (the ZIP, words of the refusal)."""
    many = packed({f"{n}.html": "" for n in range(2001)}, zipfile.ZIP_STORED)
    bomb = packed({f"{n}.html": b"\0" * (11 << 20) for n in range(10)})
    return {
        "slip.zip": (packed({"../index.html": "x"}), "a name that is not allowed"),
        "root.zip": (packed({"/index.html": "x"}), "a name that is not allowed"),
        "drive.zip": (packed({"C:\\index.html": "x"}), "a name that is not allowed"),
        "reversed.zip": (packed({"a\u202elmth.html": "x"}), "a name that is not allowed"),
        "link.zip": (_link(), "a link to another file"),
        "twice.zip": (_twice(), "two files in it are called"),
        "many.zip": (many, "more than 2000 files"),
        "bomb.zip": (bomb, "more than 100 MB"),
        "large.zip": (packed({"i.html": b"\0" * (13 << 20)}), "larger than 12 MB"),
        "liar.zip": (_liar(), "larger than it says"),
        "overlap.zip": (_overlapping(), "overlap"),
        "cut.zip": (packed({"index.html": "x" * 500})[:60], "damaged"),
        "not-a.zip": (b"<html>", "damaged"),
        "empty.zip": (packed({"readme.txt": "x"}), "no HTML file"),
    }
