"""The rows that core owns, for Django's loader; each stands beside the code that uses it."""

from isthmus.core.queue.models import Job, Schedule, WorkerBeat

__all__ = ["Job", "Schedule", "WorkerBeat"]
