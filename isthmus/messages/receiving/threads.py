"""Which thread a message belongs to: by the ids that it names, whichever of them came first."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from isthmus.messages.models import Direction, Message, Thread, ThreadId

_LONGEST = 512


def thread_of(ids: Sequence[str], *, subject: str, at: datetime) -> Thread:
    """The thread that knows one of these ids; two that turn out to be one are joined. In a transaction."""
    wanted = list(dict.fromkeys(one for one in ids if one and len(one) <= _LONGEST))
    known = ThreadId.objects.filter(rfc_id__in=wanted).select_related("thread").order_by("thread_id")
    rows = {row.rfc_id: row for row in known}
    threads = list(dict.fromkeys(row.thread for row in rows.values()))
    if threads:
        thread = threads[0]
        for other in threads[1:]:
            _join(other, thread)
    else:
        thread = Thread.objects.create(subject=subject, latest_at=at)
    ThreadId.objects.bulk_create(
        (ThreadId(rfc_id=one, thread=thread) for one in wanted if one not in rows), ignore_conflicts=True
    )
    return thread


def bring_up_to_date(threads: Iterable[Thread]) -> None:
    """Note of threads when something was last written in them, and since when somebody waits."""
    for thread in threads:
        messages = thread.messages.filter(taken_back_at=None).order_by("-at", "-pk")
        latest = messages.first()
        if latest is None:
            continue
        by_people = messages.filter(automatic=False).first()
        waits = by_people is not None and by_people.direction == Direction.IN and by_people.person_id
        thread.latest_at = latest.at
        thread.waiting_since = by_people.at if waits and by_people else None
        if not thread.subject:
            thread.subject = latest.subject
        thread.save(update_fields=["latest_at", "waiting_since", "subject"])


def _join(other: Thread, into: Thread) -> None:
    Message.objects.filter(thread=other).update(thread=into)
    ThreadId.objects.filter(thread=other).update(thread=into)
    if other.private and not into.private:
        into.private = True
        into.save(update_fields=["private"])
    other.delete()
