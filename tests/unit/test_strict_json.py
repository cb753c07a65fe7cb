"""CASES C 68 to 71: JSON that Python takes and a database does not."""

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services import strict_json
from services.strict_json import JsonError

HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "spaces": b"   ",
    "not json": b"title=x",
    "single quotes": b"{'a': 1}",
    "trailing comma": b'{"a": 1,}',
    "comment": b'{"a": 1} // hm',
    "two values": b"{} {}",
    "cut": b'{"a": "b',
    "NaN": b'{"a": NaN}',
    "Infinity": b"[Infinity]",
    "-Infinity": b"[-Infinity]",
    "1e400": b"[1e400]",
    "-1e400": b"[-1e400]",
    "long float": b"[0." + b"1" * 5000 + b"]",
    "2^63": b"[9223372036854775808]",
    "-2^63 - 1": b"[-9223372036854775809]",
    "5000 digits": b"[" + b"9" * 5000 + b"]",
    "leading zero": b"[01]",
    "hex": b"[0x10]",
    "NUL escape": b'["a\\u0000b"]',
    "NUL byte": b'["a\x00b"]',
    "NUL in a key": b'{"a\\u0000": 1}',
    "raw newline": b'["a\nb"]',
    "lone high surrogate": b'["\\ud800"]',
    "lone low surrogate": b'["\\udc00"]',
    "swapped surrogates": b'["\\udc00\\ud800"]',
    "surrogate in a key": b'{"\\ud83d": 1}',
    "encoded surrogate": b'["\xed\xa0\x80"]',
    "noncharacter": '["\uffff"]'.encode(),
    "noncharacter FDD0": '["\ufdd0"]'.encode(),
    "noncharacter in a plane": '["\U0001fffe"]'.encode(),
    "overlong slash": b'["\xc0\xaf"]',
    "bad UTF-8": b'["\xff"]',
    "BOM": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "UTF-16-LE": '{"a":1}'.encode("utf-16-le"),
    "UTF-32": '{"a":1}'.encode("utf-32"),
    "duplicate key": b'{"a": 1, "a": 2}',
    "duplicate deep": b'[{"b": {"a": 1, "\\u0061": 2}}]',
    "33 levels": b"[" * 34 + b"]" * 34,
    "100k arrays": b"[" * 100_000,
    "100k closed arrays": b"[" * 100_000 + b"]" * 100_000,
    "20k objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused(name: str) -> None:
    began = time.thread_time()
    with pytest.raises(JsonError) as caught:
        strict_json.parse(HOSTILE[name])
    assert len(str(caught.value)) < 120
    assert time.thread_time() - began < 1


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1, 1.5, 2**63 - 1, -(2**63) + 1, "", "ünïcödé 🌹 \ufdcf", "line\nbreak\ttab",
     [], {}, {"": 1}, [[[[1]]]], {"a": {"b": [1, 2, {"c": None}]}}],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("ascii_only", [True, False])
def test_ordinary_json_comes_through(value: Any, ascii_only: bool) -> None:
    assert strict_json.parse(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


def test_32_levels_are_enough_for_anybody() -> None:
    assert strict_json.parse(b"[" * 33 + b"]" * 33)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with contextlib.suppress(JsonError):
        strict_json.parse(data)
