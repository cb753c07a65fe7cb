"""A mail server as far as a client sees one (RFC 5321), with the faults that mail servers have."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from tests.stack import free_ports


@dataclass
class MailServer:
    """`fault`: refuse (an address with "refused"), hang, drop (after DATA), garbage, stranger."""

    url: str = ""
    fault: str = ""
    raw: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.raw]


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        mail: MailServer = self.server.mail  # type: ignore[attr-defined]
        if mail.fault == "hang":
            self.server.ended.wait(20)  # type: ignore[attr-defined]
            return
        self.say("<html>no mail here</html>" if mail.fault == "garbage" else "220 mail.test ready")
        while line := self.rfile.readline().decode("latin-1").rstrip("\r\n"):
            mail.commands.append(line)
            verb = line.split(" ", 1)[0].split(":", 1)[0].upper()
            if verb == "EHLO":
                self.say("250-mail.test\r\n250-AUTH PLAIN\r\n250 SMTPUTF8")
            elif verb == "AUTH":
                self.say("535 wrong: secret details" if mail.fault == "stranger" else "235 welcome")
            elif verb == "RCPT" and mail.fault == "refuse" and "refused" in line:
                self.say("550 5.1.1 no such mailbox: secret details")
            elif verb == "DATA":
                if mail.fault == "drop":
                    return
                self.say("354 go on")
                mail.raw.append(self.letter())
                self.say("250 queued")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server(fault: str = "", host: str = "127.0.0.1") -> Iterator[MailServer]:
    mail = MailServer(fault=fault)
    server = socketserver.ThreadingTCPServer((host, 0), _Talk)
    server.daemon_threads = True
    server.mail = mail  # type: ignore[attr-defined]
    server.ended = threading.Event()  # type: ignore[attr-defined]
    mail.url = f"smtp://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield mail
    finally:
        server.ended.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()


def closed_port() -> str:
    """The address of a mail server that is down."""
    return f"smtp://127.0.0.1:{free_ports(1)[0]}"
