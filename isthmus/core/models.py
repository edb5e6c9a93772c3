"""The rows that core owns, for Django's loader; each stands beside the code that uses it."""

from isthmus.core.queue.models import Hold, Job, Schedule, WorkerBeat
from isthmus.core.runs import CommandRun

__all__ = ["CommandRun", "Hold", "Job", "Schedule", "WorkerBeat"]
