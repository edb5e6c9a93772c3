"""What the queue does for rules of territories."""

from isthmus.bulk.models import BulkEdit
from isthmus.core import clock, queue
from isthmus.territories.models import Trial
from isthmus.territories.trying import run_trial
from isthmus.territories.working import work
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User


@queue.task(name="territories.plan", outgoing=False)
def plan(edit_id: int) -> None:
    """Find the records of a reassignment, as whoever planned it, with the rights of now."""
    edit = BulkEdit.objects.filter(pk=edit_id).first()
    if edit is not None:
        work(edit, actor_for(User.objects.get(pk=edit.actor_id)))


@queue.task(name="territories.try", outgoing=False)
def try_rules(trial_id: int) -> None:
    """Try rules on all accounts, as whoever asked for it, with the rights of now."""
    trial = Trial.objects.filter(pk=trial_id, finished_at=None).first()
    if trial is not None and trial.asked_by_id is not None:
        run_trial(trial, actor_for(User.objects.get(pk=trial.asked_by_id)), clock.now())
