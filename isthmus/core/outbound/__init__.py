"""The one way out to addresses that people typed: judged, connected to where it was judged, bounded.

Nothing else in the program opens a connection to another machine but the program's own mail (invitations,
notices), which goes to the server that the installation names. Mailboxes of users are spoken to through
`outbound.mail_servers`. The operator may allow servers in a network of one's own (`outbound.allowed`).
"""

from isthmus.core.outbound.addresses import AddressRefused, Target, read_address, read_server
from isthmus.core.outbound.client import Answer, AnswerTooLong, NoAnswer, NotReached, ask, post

__all__ = [
    "AddressRefused",
    "Answer",
    "AnswerTooLong",
    "NoAnswer",
    "NotReached",
    "Target",
    "ask",
    "post",
    "read_address",
    "read_server",
]
