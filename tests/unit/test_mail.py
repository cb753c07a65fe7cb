"""Letters: nothing in the clear over a network, no forged headers, no secrets in the log."""

from __future__ import annotations

import base64
import json
import logging
from pathlib import Path

import pytest

from services import mail
from services.config import Config
from services.mail import Letter
from tests.smtp_server import mail_server

LETTER = Letter(to="ann@example.com", subject="Hello", text="The text.\n.\n..\n", html="<p>Hi</p>")


def config(folder: Path, smtp_url: str | None = None) -> Config:
    return Config(
        supabase_url="http://127.0.0.1:54321",
        supabase_publishable_key="publishable",
        supabase_secret_key="secret",  # noqa: S106
        app_url="http://127.0.0.1:5000",
        sites_url="http://127.0.0.1:5001",
        data_dir=folder,
        smtp_url=smtp_url,
        mail_from="Roseram <hello@example.com>",
    )


def test_a_letter_arrives_whole_in_text_and_html(tmp_path: Path) -> None:
    with mail_server() as postman:
        assert mail.send(config(tmp_path, postman.url), [LETTER, LETTER]) == [True, True]
    letter = postman.mails[0]
    assert (letter["From"], letter["To"]) == ("Roseram <hello@example.com>", "ann@example.com")
    assert letter["Message-ID"] != postman.mails[1]["Message-ID"]
    assert letter["Auto-Submitted"] == "auto-generated"
    body = letter.get_body(("plain",))
    assert body and body.get_content().splitlines() == LETTER.text.splitlines()
    assert sum(line.startswith("ehlo") for line in postman.commands) == 1, "one connection for all"
    assert "AUTH" not in " ".join(postman.commands)


@pytest.mark.parametrize(
    "subject",
    ["Join us\r\nBcc: victim@example.com", "Join us\nBcc: victim@example.com", "Join us\r\n\r\nHi"],
)
def test_a_line_break_in_a_subject_begins_no_header(tmp_path: Path, subject: str) -> None:
    """CASES 83."""
    forged = Letter(to="ann@example.com", subject=subject, text="x", html="x")
    with mail_server() as postman:
        assert mail.send(config(tmp_path, postman.url), [forged]) == [True]
    (letter,) = postman.mails
    assert letter["Bcc"] is None and str(letter["Subject"]).startswith("Join us ")
    assert [line for line in postman.commands if line.startswith("rcpt")] == [
        "rcpt TO:<ann@example.com>"
    ]


def test_a_line_break_in_an_address_is_not_sent_and_stops_nobody(tmp_path: Path) -> None:
    forged = Letter(to="ann@example.com\r\nBcc: v@example.com", subject="x", text="x", html="x")
    with mail_server() as postman:
        assert mail.send(config(tmp_path, postman.url), [forged, LETTER]) == [False, True]
    assert len(postman.raw) == 1


def test_over_a_network_nothing_goes_in_the_clear(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with mail_server(host="127.0.0.2") as postman:
        url = postman.url.replace("://", "://me:hunter2@")
        assert mail.send(config(tmp_path, url), [LETTER]) == [False]
    assert [line.split()[0] for line in postman.commands if line != "QUIT"] == ["ehlo"]
    assert "mail server failed" in caplog.text


def test_user_and_password_are_decoded_and_never_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for fault, sent in (("", True), ("stranger", False)):
        with mail_server(fault) as postman:
            url = postman.url.replace("://", "://me%40example.com:p%2Fss%3Aw@")
            settings = config(tmp_path, url)
            assert mail.send(settings, [LETTER]) == [sent]
            word = next(line for line in postman.commands if line.startswith("AUTH")).split()[-1]
            assert base64.b64decode(word) == b"\0me@example.com\0p/ss:w"
        assert "p%2F" not in repr(settings)
    assert not [text for text in ("p/ss", "p%2F", "ann@", "secret details") if text in caplog.text]


def test_on_ones_own_machine_mails_are_shown_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mail.send(config(tmp_path), [LETTER]) == [True]
    assert LETTER.text in capsys.readouterr().err
    (file,) = (tmp_path / "mailbox").glob("[!.]*.json")
    assert json.loads(file.read_text())["to"] == ["ann@example.com"]
