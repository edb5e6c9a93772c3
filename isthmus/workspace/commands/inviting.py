"""Invitations by mail: the link waits sealed in the queue until it is sent, and is stored nowhere else."""

from isthmus.core import queue
from isthmus.core.safekeeping import seal
from isthmus.workspace.commands.doors import Issued

PURPOSE = "invitation by mail"
TASK = "web.send_invitation"  # Its words and addresses are those of the pages.


def mail_invitation(issued: Issued, site: str) -> None:
    """Have an invitation's link sent, in the caller's transaction; `site` is where people reach the pages."""
    told = {"invitation_id": issued.pk, "sealed": seal(issued.token, purpose=PURPOSE), "site": site}
    queue.enqueue(TASK, told, key=f"invitation:{issued.pk}")
