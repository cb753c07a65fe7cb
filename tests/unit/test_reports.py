"""CASES I 170 and M 204: no secret leaves in a log line or an error report; no line is forged."""

import json
import logging
import sys
from typing import Any

import pytest
import sentry_sdk

from services import log, redact, sentry
from services.config import Config
from tests.unit.test_config import GOOD

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLW9mLXRoZS10ZXN0cw"
SECRETS = [
    JWT, "sb_secret_abcdefghijklmnop", "sk_live_abcdefghijkl", "rk_test_abcdefghijkl",
    "whsec_abcdefghijkl", "xai-abcdefghijkl", "ghp_abcdefghijkl", "github_pat_abcdefghijkl",
    "nfp_abcdefghijkl", "vcp_abcdefghijkl",
]  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", "key={}&a=1", '{{"key": "{}"}}', "Bearer {}", "({})"])
def test_a_secret_is_taken_out(secret: str, around: str) -> None:
    assert secret not in redact.text(around.format(secret))


def test_passwords_in_addresses_and_bearer_tokens_are_taken_out() -> None:
    text = redact.text("postgres://user:hunter2@db/x and Authorization: Bearer opaque-token-1")
    assert "hunter2" not in text and "opaque-token-1" not in text


@pytest.mark.parametrize("text", ["a page about tokens", "https://example.com/a:b", "ask-1234"])
def test_ordinary_text_stays(text: str) -> None:
    assert redact.text(text) == text


def test_100_kb_of_evil_is_read_quickly() -> None:
    """CASES J 178."""
    import time

    for evil in ("eyJ" * 33_000, "://" + "a" * 100_000, "bearer " * 14_000, "a:" * 50_000,
                 "eyJaaaaaaaa." * 8_000, "://a:" * 20_000):  # fmt: skip
        began = time.thread_time()
        redact.text(evil)
        assert time.thread_time() - began < 0.5, evil[:20]


def line_of(message: str, *arguments: object, exc: bool = False) -> str:
    record = logging.LogRecord(
        "test", logging.ERROR, __file__, 1, message, arguments, sys.exc_info() if exc else None
    )
    return log.JsonLines().format(record)


@pytest.mark.parametrize(
    "evil", ["a\r\nb", "\x1b[31m", '"}\n{"level":"info"', "\u2028", "\x00", "é"]
)
def test_a_log_line_is_one_json_object(evil: str) -> None:
    line = line_of("name %s", evil)
    assert json.loads(line)["message"] == f"name {evil}"
    assert line.isprintable() and line.isascii()


def test_a_traceback_is_one_line_without_secrets() -> None:
    try:
        raise ValueError(f"refused {JWT}")
    except ValueError:
        line = line_of("failed", exc=True)
    assert "ValueError" in json.loads(line)["traceback"]
    assert JWT not in line and "\n" not in line


def test_nothing_is_reported_where_no_dsn_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: started.append(options))
    sentry.start(Config.from_env(GOOD))
    assert started == []


def test_a_report_holds_no_locals_body_headers_or_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {}
    monkeypatch.setattr(sentry_sdk, "init", lambda **given: options.update(given))
    sentry.start(Config.from_env(GOOD | {"SENTRY_DSN": "https://abc@sentry.example/1"}))
    assert options["include_local_variables"] is False
    assert options["max_request_body_size"] == "never"
    assert not options.get("send_default_pii")
    cleaned = options["before_send"](
        {
            "message": f"token {JWT}",
            "exception": {"values": [{"value": "key sb_secret_abcdefghijklmnop"}]},
            "request": {
                "method": "POST", "url": "https://app/api", "data": "body", "cookies": "c",
                "headers": {"Authorization": f"Bearer {JWT}"}, "query_string": "code=1",
            },
        },
        {},
    )  # fmt: skip
    assert cleaned["request"] == {"method": "POST", "url": "https://app/api"}
    assert JWT not in json.dumps(cleaned) and "sb_secret_" not in json.dumps(cleaned)
