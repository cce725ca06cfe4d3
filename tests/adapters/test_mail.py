"""Mail reaches a real SMTP server as it was written, and nothing breaks out of a header."""

import asyncio
import base64
import email
import email.policy
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import aiosmtplib
import pytest

from kalends.adapters.mail import MailboxPort, SmtpMail, mail_port
from kalends.adapters.mail.message import UnsafeHeader
from kalends.adapters.mail.smtp import RecipientRefused
from kalends.core.ports import Attachment, Mail
from kalends.core.settings import AppEnv, Settings

MAIL = Mail(
    message_id="0190-confirmed",
    to="asha@example.test",
    cc=("desk@hall.test",),
    subject="Your hall is booked – Grüße 🎉",
    text="Dear Asha,\n.\nit is yours.\n",
    html="<p>Dear <b>Asha</b>, it is yours.</p>",
    attachments=(
        Attachment("booking.ics", "text/calendar; method=PUBLISH", b"BEGIN:VCALENDAR\r\n"),
        Attachment("Beleg ü.pdf", "application/pdf", bytes(range(256)) * 20),
    ),
)


@dataclass
class Responder:
    """As much of an SMTP server as a delivery needs."""

    refused: frozenset[str] = frozenset()
    lines: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 responder\r\n")
        while line := (await reader.readline()).decode().strip():
            self.lines.append(line)
            writer.write(await self._answer(line, reader, writer))
            await writer.drain()
            if line == "QUIT":
                break
        writer.close()
        await writer.wait_closed()

    async def _answer(self, line, reader, writer) -> bytes:
        verb = line.split(" ")[0].upper()
        if verb == "EHLO":
            return b"250-responder\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n"
        if verb == "AUTH":
            return b"235 welcome\r\n"
        if verb == "RCPT" and any(address in line for address in self.refused):
            return b"550 nobody here\r\n"
        if verb == "DATA":
            writer.write(b"354 go on\r\n")
            self.messages.append(await reader.readuntil(b"\r\n.\r\n"))
            return b"250 kept\r\n"
        return b"221 bye\r\n" if verb == "QUIT" else b"250 fine\r\n"


@pytest.fixture
async def responder() -> AsyncIterator[Responder]:
    responder = Responder()
    server = await asyncio.start_server(responder.serve, "127.0.0.1", 0)
    responder.port = server.sockets[0].getsockname()[1]
    yield responder
    server.close()
    await server.wait_closed()


def _settings(port: int, **more: object) -> Settings:
    known = {"smtp_server": "127.0.0.1", "smtp_port": port, "smtp_starttls": False}
    return Settings(**known, from_email="no-reply@hall.test", from_name="Hall, Booking", **more)


def _received(responder: Responder) -> email.message.EmailMessage:
    raw = responder.messages[-1].removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
    return email.message_from_bytes(raw, policy=email.policy.default)


@pytest.mark.req("H-094", "H-095", "H-096", "H-241")
async def test_a_mail_arrives_whole(responder):
    await mail_port(_settings(responder.port)).send(MAIL)
    got = _received(responder)
    assert got["Subject"] == MAIL.subject
    assert got["To"] == "asha@example.test"
    assert got["Cc"] == "desk@hall.test"
    assert got["From"].addresses[0].display_name == "Hall, Booking"
    assert got["From"].addresses[0].addr_spec == "no-reply@hall.test"
    assert got["Message-ID"] == "<0190-confirmed@hall.test>"
    assert got.get_body(("plain",)).get_content().splitlines() == MAIL.text.splitlines()
    assert "<b>Asha</b>" in got.get_body(("html",)).get_content()
    assert got.get_body(("html",)).get_content_type() == "text/html"
    calendar, pdf = got.iter_attachments()
    assert (calendar.get_filename(), calendar.get_param("method")) == ("booking.ics", "PUBLISH")
    assert calendar.get_content_type() == "text/calendar"
    assert (pdf.get_filename(), pdf.get_content()) == ("Beleg ü.pdf", bytes(range(256)) * 20)


async def test_every_recipient_is_on_the_envelope_and_tls_is_not_asked_for(responder):
    await SmtpMail(_settings(responder.port)).send(MAIL)
    recipients = [line for line in responder.lines if line.startswith("RCPT")]
    assert [r.split("<")[1].split(">")[0] for r in recipients] == [MAIL.to, *MAIL.cc]
    assert any(line.startswith("MAIL FROM:<no-reply@hall.test>") for line in responder.lines)
    assert not any(line.startswith(("STARTTLS", "AUTH")) for line in responder.lines)


async def test_a_user_name_signs_in(responder):
    port = SmtpMail(_settings(responder.port, smtp_username="hall", smtp_password="geheim"))
    await port.send(MAIL)
    (auth,) = [line for line in responder.lines if line.startswith("AUTH PLAIN")]
    assert base64.b64decode(auth.split(" ")[2]) == b"\0hall\0geheim"


async def test_a_server_without_starttls_is_not_trusted_when_it_is_asked_for(responder):
    settings = _settings(responder.port).model_copy(update={"smtp_starttls": True})
    with pytest.raises(aiosmtplib.SMTPException, match="STARTTLS"):
        await SmtpMail(settings).send(MAIL)
    assert responder.messages == []


async def test_a_refused_recipient_is_an_error_even_when_a_copy_was_taken(responder):
    responder.refused = frozenset({MAIL.to})
    with pytest.raises(RecipientRefused):
        await SmtpMail(_settings(responder.port)).send(MAIL)


async def test_the_same_mail_keeps_its_message_id(responder):
    port = SmtpMail(_settings(responder.port))
    await port.send(replace(MAIL, message_id="<a@b.test>"))
    await port.send(replace(MAIL, message_id="<a@b.test>"))
    ids = {email.message_from_bytes(m)["Message-ID"] for m in responder.messages}
    assert ids == {"<a@b.test>"}


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Hi\r\nBcc: all@example.test"},
        {"subject": "Hi\nBcc: all@example.test"},
        {"subject": "Hi\0"},
        {"to": "a@example.test\r\nBcc: all@example.test"},
        {"to": "a@example.test, b@example.test"},
        {"to": "Asha <a@example.test>"},
        {"to": ""},
        {"cc": ("a@example.test\nX: y",)},
        {"message_id": "a\r\nX: y"},
        {"attachments": (Attachment("a\r\nX: y.pdf", "application/pdf", b""),)},
        {"attachments": (Attachment("a.pdf", "application/pdf\r\nX: y", b""),)},
    ],
)
async def test_nothing_breaks_out_of_a_header(responder, change):
    with pytest.raises(UnsafeHeader):
        await SmtpMail(_settings(responder.port)).send(replace(MAIL, **change))
    assert responder.lines == []


def test_a_sender_with_a_line_break_stops_the_start():
    with pytest.raises(UnsafeHeader):
        mail_port(_settings(25).model_copy(update={"from_name": "Hall\r\nBcc: a@b.test"}))


async def test_development_without_a_server_keeps_the_mail():
    port = mail_port(Settings())
    assert isinstance(port, MailboxPort)
    await port.send(MAIL)


def test_production_without_a_server_refuses_to_start():
    with pytest.raises(ValueError, match="SMTP_SERVER"):
        mail_port(Settings().model_copy(update={"app_env": AppEnv.production}))
