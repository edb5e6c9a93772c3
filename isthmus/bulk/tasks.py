"""What the queue does for bulk edits."""

from isthmus.bulk.models import BulkEdit
from isthmus.bulk.running import work
from isthmus.core import queue
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User


@queue.task(name="bulk.work", outgoing=False)
def work_through(edit_id: int) -> None:
    """Take a bulk edit through its phase, as whoever began it, with the rights of now."""
    edit = BulkEdit.objects.filter(pk=edit_id).first()
    if edit is not None:
        work(edit, actor_for(User.objects.get(pk=edit.actor_id)))
