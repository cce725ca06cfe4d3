"""Mail leaves by SMTP; in development without a server it stays in the marketplace's own mailbox."""

from kalends.core.ports import MailPort
from kalends.core.settings import Settings

from .mailbox import MailboxPort as MailboxPort
from .smtp import SmtpMail as SmtpMail


def mail_port(settings: Settings) -> MailPort:
    """The way that mail leaves this deployment. Raises ValueError in production without SMTP_SERVER."""
    if settings.smtp_server:
        return SmtpMail(settings)
    if settings.production:
        raise ValueError("SMTP_SERVER must be set in production, or no mail would ever leave")
    return MailboxPort()
