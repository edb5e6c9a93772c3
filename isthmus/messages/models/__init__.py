"""The rows of mail, by topic."""

from isthmus.messages.models.mailboxes import Folder, Mailbox, OAuthClient, Privacy
from isthmus.messages.models.sending import Claim, Recipient, RecipientState
from isthmus.messages.models.threads import Direction, Holding, Message, Participant, Thread, ThreadId
from isthmus.messages.models.writing import Signature, Snippet, Template, TemplateText

__all__ = [
    "Claim",
    "Direction",
    "Folder",
    "Holding",
    "Mailbox",
    "Message",
    "OAuthClient",
    "Participant",
    "Privacy",
    "Recipient",
    "RecipientState",
    "Signature",
    "Snippet",
    "Template",
    "TemplateText",
    "Thread",
    "ThreadId",
]
