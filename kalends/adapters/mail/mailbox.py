"""Mail in development: accepted, and read at /dev/messages, where every message is kept anyway."""

import structlog

from kalends.core.ports import Mail, outside_units

_log = structlog.get_logger()


class MailboxPort:
    """Accepts every mail and sends none."""

    async def send(self, mail: Mail) -> None:
        outside_units()
        _log.info("mail.kept", message_id=mail.message_id, attachments=len(mail.attachments))
