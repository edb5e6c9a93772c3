"""Mails as other programs write them."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def letter(
    number: int | str = 1,
    *,
    sender: str = "Pat Prospect <pat@prospect.example>",
    to: str = "rita@example.com",
    cc: str = "",
    subject: str = "About your offer",
    text: str = "Hello Rita.",
    html: str = "",
    answers: str = "",
    references: str = "",
    at: datetime = AT,
    files: dict[str, bytes] | None = None,
    **heads: str,
) -> bytes:
    """The bytes of a mail with the id <m{number}@prospect.example>."""
    mail = EmailMessage()
    mail["Message-ID"] = f"<m{number}@prospect.example>"
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(at)
    if cc:
        mail["Cc"] = cc
    if answers:
        mail["In-Reply-To"] = answers
        mail["References"] = references or answers
    for name, value in heads.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def bounce(original_id: str, address: str, *, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A report of delivery as servers send it."""
    return f"""Message-ID: <bounce-{abs(hash((original_id, status)))}@mx.example>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: rita@example.com
Subject: Undelivered Mail Returned to Sender
Date: {format_datetime(AT)}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: {format_datetime(AT)}

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user

--B
Content-Type: text/rfc822-headers

Message-ID: {original_id}
From: rita@example.com
To: {address}
Subject: Our offer

--B--
""".encode()
