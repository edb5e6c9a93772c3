"""A thread: who wrote what to whom, as far as its reader may see it; answering it, keeping it private."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.files.models import AttachedFile
from isthmus.files.recognising import SHOWN
from isthmus.messages.access import Level, visible_messages
from isthmus.messages.models import Mailbox, Thread
from isthmus.messages.queries import is_ours, thread_for
from isthmus.people.models import Person
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now
from isthmus.web.messages.calendars import calendars_of
from isthmus.web.messages.outcomes import outcome_words


@needs("mail.view")
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """The messages of a thread, the oldest first."""
    actor = actor_of(request)
    messages = thread_for(actor, pk)
    if not messages:
        raise Http404
    ours = is_ours(pk, actor)
    answerable = [one for one in messages if one.level is Level.FULL]
    may_send = actor.allows("mail.send") and Mailbox.objects.kept().of(actor).exists()
    person = next((one.message.person for one in reversed(messages) if one.message.person), None)
    files = _files([one.message.pk for one in answerable])
    calendars = calendars_of([one.message for one in answerable], actor)
    context = {
        "messages_seen": [
            (
                one,
                files.get(one.message.pk, []),
                outcome_words(one.message) if one.level is Level.FULL else [],
                calendars.get(one.message.pk),
            )
            for one in messages
        ],
        "subject": next((one.subject for one in messages if one.subject), _("A thread")),
        "person": _seen_person(person, request),
        "private": Thread.objects.filter(pk=pk, private=True).exists(),
        "ours": ours,
        "thread_id": pk,
        "answer": answerable[-1].message.pk if answerable and may_send else None,
        "mine": set(Mailbox.objects.kept().of(actor).values_list("pk", flat=True)) if may_send else (),
        "hidden": any(one.level < Level.FULL for one in messages),
    }
    return render(request, "messages/thread.html", context)


@needs("mail.view")
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """A message, within its thread."""
    found = visible_messages(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return redirect(f"{reverse('mail-thread', args=[found.thread_id])}#mail-{pk}")


@needs("mail.send")
@require_POST
def privacy(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Keep a thread private, or open it again."""
    if name not in ("private", "open"):
        raise Http404
    done = (
        _("Only whoever has it in a mailbox sees this thread now.")
        if name == "private"
        else _("Its mailboxes decide again who sees this thread.")
    )
    page = reverse("mail-thread", args=[pk])
    given = {"thread_id": pk, "private": name == "private"}
    return act_now(request, Act("keep_thread_private", "", done, page, given, page))


def _files(numbers: list[int]) -> dict[int, list[tuple[AttachedFile, bool]]]:
    """Attachments by message, each with whether a browser shows it by itself."""
    found: dict[int, list[tuple[AttachedFile, bool]]] = {}
    rows = AttachedFile.objects.filter(kind="message", record_id__in=numbers, removed_at=None)
    for one in rows.order_by("pk"):
        found.setdefault(one.record_id, []).append((one, one.type in SHOWN))
    return found


def _seen_person(person: Person | None, request: HttpRequest) -> Person | None:
    """The person, for a link, where the reader may see them."""
    if person is None:
        return None
    seen: Person | None = Person.objects.present().visible_to(actor_of(request)).filter(pk=person.pk).first()
    return seen
