"""A mail as one text that can be sealed, and back."""

import base64
import json

from kalends.core.ports import Attachment, Mail


def pack(mail: Mail) -> str:
    """The mail as JSON; attachments are base64."""
    return json.dumps(
        {
            "to": mail.to,
            "cc": mail.cc,
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "attachments": [
                [a.filename, a.media_type, base64.b64encode(a.content).decode()]
                for a in mail.attachments
            ],
        },
        ensure_ascii=False,
    )


def unpack(message_id: str, packed: str) -> Mail:
    """The mail that `pack` wrote, under the id of its message."""
    data = json.loads(packed)
    return Mail(
        message_id=message_id,
        to=data["to"],
        subject=data["subject"],
        text=data["text"],
        html=data["html"],
        cc=tuple(data["cc"]),
        attachments=tuple(
            Attachment(name, media_type, base64.b64decode(content))
            for name, media_type, content in data["attachments"]
        ),
    )
