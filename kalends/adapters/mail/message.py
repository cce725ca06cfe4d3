"""A rendered mail as a MIME message. Whatever could break out of a header is refused."""

from collections.abc import Iterable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from kalends.core.ports import Attachment, Mail


class UnsafeHeader(ValueError):
    """A line break or an address list where one line or one address belongs."""


def build_message(mail: Mail, sender: Address, sent_at: datetime) -> EmailMessage:
    """Text and HTML as alternatives, attachments beside them. Raises UnsafeHeader."""
    _check_lines((mail.message_id, mail.subject, mail.to, *mail.cc))
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = _address(mail.to)
    if mail.cc:
        message["Cc"] = tuple(_address(address) for address in mail.cc)
    message["Subject"] = mail.subject
    message["Message-ID"] = _message_id(mail.message_id, sender.domain)
    message["Date"] = format_datetime(sent_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for attachment in mail.attachments:
        _attach(message, attachment)
    return message


def sender_address(name: str, address: str) -> Address:
    """Who the mails come from. Raises UnsafeHeader."""
    _check_lines((name, address))
    return Address(display_name=name, addr_spec=_address(address).addr_spec)


def _check_lines(values: Iterable[str]) -> None:
    for value in values:
        if any(ord(character) < ord(" ") or character == "\x7f" for character in value):
            raise UnsafeHeader("a mail header must be one line without control characters")


def _address(address: str) -> Address:
    try:
        return Address(addr_spec=address)
    except (ValueError, IndexError) as error:
        raise UnsafeHeader("a mail goes to exactly one well-formed address each") from error


def _message_id(message_id: str, domain: str) -> str:
    bare = message_id.strip("<>")
    return f"<{bare}>" if "@" in bare else f"<{bare}@{domain}>"


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    _check_lines((attachment.filename, attachment.media_type))
    kind = EmailMessage(policy=SMTP)
    kind["Content-Type"] = attachment.media_type
    message.add_attachment(
        attachment.content,
        maintype=kind.get_content_maintype(),
        subtype=kind.get_content_subtype(),
        params=dict(kind["Content-Type"].params),
        filename=attachment.filename,
    )
