"""Mail over SMTP."""

import aiosmtplib

from kalends.core.clock import real_now
from kalends.core.ports import Mail, outside_units
from kalends.core.settings import Settings

from .message import build_message, sender_address

TIMEOUT_SECONDS = 15
SMTPS_PORT = 465


class RecipientRefused(RuntimeError):
    """The server took the mail for others, but not for its own recipient."""


class SmtpMail:
    """Speaks to `SMTP_SERVER`; port 465 is encrypted from the first byte, others by STARTTLS unless off."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sender = sender_address(settings.from_name, settings.from_email)

    async def send(self, mail: Mail) -> None:
        """Raises UnsafeHeader, RecipientRefused, or aiosmtplib.SMTPException and OSError."""
        outside_units()
        settings, encrypted = self._settings, self._settings.smtp_port == SMTPS_PORT
        password = settings.smtp_password
        refused, _ = await aiosmtplib.send(
            build_message(mail, self._sender, real_now()),
            sender=self._sender.addr_spec,
            recipients=[mail.to, *mail.cc],
            hostname=settings.smtp_server,
            port=settings.smtp_port,
            username=settings.smtp_username or None,
            password=password.get_secret_value() if password else None,
            use_tls=encrypted,
            start_tls=settings.smtp_starttls and not encrypted,
            timeout=TIMEOUT_SECONDS,
        )
        if mail.to in refused:
            raise RecipientRefused("the mail server refused the recipient")
