"""Writing a mail from the page of a person, lead or deal, or in answer to one: with a template or without."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal
from isthmus.files.storing import Incoming
from isthmus.meetings.booking.links import page_path, pages_of
from isthmus.messages.access import readable_messages
from isthmus.messages.models import Mailbox, Message, Signature
from isthmus.messages.queries import snippets_for, templates
from isthmus.messages.writing.about import About, about
from isthmus.messages.writing.fields import fields
from isthmus.messages.writing.filling import fill
from isthmus.messages.writing.templates import preview
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, Button, act_by_form, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.messages import attaching
from isthmus.web.receiving import receives
from isthmus.web.records import record_address
from isthmus.workspace import records
from isthmus.workspace.models import User

_NUMBERS = ("person", "lead", "deal", "reply", "template", "again")


class MailForm(ActForm):
    """From where, to whom, what."""

    mailbox_id = forms.TypedChoiceField(label=gettext_lazy("From"), coerce=int)
    to = forms.CharField(
        label=gettext_lazy("To"), max_length=2000, help_text=gettext_lazy("Several addresses with commas")
    )
    cc = forms.CharField(label=gettext_lazy("Copy to"), max_length=2000, required=False)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=500, required=False)
    text = forms.CharField(
        label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 12, "autofocus": True})
    )
    wide = ("subject", "text")

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own: Any = self.fields["mailbox_id"]
        own.choices = [(one.pk, str(one)) for one in sending_mailboxes(actor)]
        if len(own.choices) == 1:
            own.initial = own.choices[0][0]

    def clean_to(self) -> list[str]:
        """Addresses, apart."""
        return _apart(self.cleaned_data["to"])

    def clean_cc(self) -> list[str]:
        """Addresses, apart."""
        return _apart(self.cleaned_data["cc"])


@needs("mail.send")
@receives(Incoming, lambda: int(settings.ATTACHED_FILES_AT_ONCE))
def new(request: HttpRequest) -> HttpResponseBase:
    """Write a mail; it waits a few seconds in which it can be taken back. `?again=7`: one that was."""
    actor, files = actor_of(request), attaching.chosen(request)
    asked = {name: _number(request, name) for name in _NUMBERS}
    again = taken_back(asked["again"], actor)
    if again is not None:
        asked |= _about_of(again, actor)
    earlier = _earlier(asked["reply"], actor)
    whom = _whom(asked, actor)
    words, missing = _words(asked["template"], whom)
    back = _back(asked, earlier or again)
    initial = _initial(words, whom, earlier, actor) | (_initial_again(again) if again else {})
    form = MailForm(actor, sent(request), initial=initial)
    given = {
        "person_id": asked["person"],
        "lead_id": asked["lead"],
        "deal_id": asked["deal"],
        "reply_to_id": asked["reply"],
        "template_id": asked["template"],
    }
    act = Act(
        "send_mail",
        _("Answer") if earlier else _("Write a mail"),
        _("The mail is on its way."),
        back,
        {name: value for name, value in given.items() if value is not None} | _more(request, again),
        back,
        str(whom.person) if whom.person else "",
        _("Send"),
    )
    request.composer = {  # type: ignore[attr-defined]
        **_choices(request, asked, missing, actor, whom),
        **attaching.shown(actor, files, whom, earlier, again, fresh=request.method != "POST"),
        **({"signature": ""} if again else {}),
    }
    return act_by_form(
        request,
        act,
        form,
        read=lambda one: {**one.arguments(), **files.arguments()},
        template="messages/compose.html",
    )


def _more(request: HttpRequest, again: Message | None) -> dict[str, Any]:
    """What goes without a field: a second thought, and that a mail's signature stands under it already."""
    anyway = {"anyway": True} if request.POST.get("anyway") else {}
    return {**anyway, **({"sign": False} if again is not None else {})}


def taken_back(number: int | None, actor: Actor) -> Message | None:
    """A mail that was taken back from a mailbox of the actor's, to be written once more."""
    if number is None:
        return None
    mine = Mailbox.objects.of(actor).values("pk")
    found: Message | None = (
        readable_messages(actor).filter(pk=number, mailbox__in=mine).exclude(taken_back_at=None).first()
    )
    if found is None:
        raise Http404
    return found


def _about_of(again: Message, actor: Actor) -> dict[str, int | None]:
    """What a mail was about and answered, as far as its writer may still see that."""
    kinds = {"person": again.person_id, "lead": again.lead_id, "deal": again.deal_id}
    answered = readable_messages(actor).filter(pk=again.answers_id or 0).exists()
    return {
        **{kind: pk for kind, pk in kinds.items() if pk is not None and records.visible(kind, [pk], actor)},
        "reply": again.answers_id if answered else None,
    }


def _initial_again(again: Message) -> dict[str, Any]:
    lines = list(again.participants.exclude(address="").order_by("pk").values_list("role", "address"))
    return {
        "mailbox_id": again.mailbox_id,
        "subject": again.subject,
        "text": again.text,
        **{name: ", ".join(address for role, address in lines if role == name) for name in ("to", "cc")},
    }


def with_writing(actor: Actor, kind: str, pk: int, log: list[Button]) -> list[Button]:
    """The buttons of a record's log; who can send mail from here writes it instead of logging it."""
    if not actor.allows("mail.send") or not sending_mailboxes(actor).exists():
        return log
    write = Button(_("Write a mail"), f"{reverse('new-mail')}?{kind}={pk}", icon="mail")
    return [write, *(one for one in log if one.icon != write.icon)]


def sending_mailboxes(actor: Actor) -> Any:
    """The mailboxes from which an actor can send."""
    return Mailbox.objects.kept().of(actor).sending().order_by("pk")


def _initial(words: Any, whom: About, earlier: Message | None, actor: Actor) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    if whom.person is not None and whom.person.email:
        initial["to"] = whom.person.email
    if earlier is not None:
        people = earlier.participants.filter(ours=False).exclude(address="")
        role = "from" if earlier.direction == "in" else "to"
        initial["to"] = ", ".join(people.filter(role=role).values_list("address", flat=True))
        plain = earlier.subject
        initial["subject"] = plain if plain.lower().startswith("re:") else f"Re: {plain}"
        if earlier.mailbox_id or earlier.holdings.exists():
            held = earlier.holdings.filter(mailbox__in=Mailbox.objects.of(actor)).first()
            initial["mailbox_id"] = held.mailbox_id if held else earlier.mailbox_id
    if words is not None:
        initial |= {"subject": initial.get("subject") or words.subject, "text": words.text}
    return initial


def _choices(
    request: HttpRequest, asked: dict[str, int | None], missing: tuple[str, ...], actor: Actor, whom: About
) -> dict[str, Any]:
    """What the composer offers beside its fields."""
    known, values = fields(), whom.values()
    kept = {name: value for name, value in asked.items() if value is not None and name != "template"}
    return {
        "templates": list(templates()),
        "template": asked["template"],
        "reload": f"{request.path}?{urlencode(kept)}",
        "missing": [str(known[name].label) if name in known else name for name in missing],
        "snippets": [
            *booking_links(request, actor),
            *((one.name, fill(one.text, values).text) for one in snippets_for(actor)),
        ],
        "signature": Signature.objects.filter(user=actor.id).values_list("text", flat=True).first() or "",
        "has_mailbox": sending_mailboxes(actor).exists(),
        "may_connect": actor.allows("mailboxes.edit"),
    }


def booking_links(request: HttpRequest, actor: Actor) -> list[tuple[str, str]]:
    """The links by which a reader takes a time with the writer, as snippets."""
    user = User.objects.filter(pk=actor.id).first() if actor.id is not None else None
    rows = pages_of(user) if user is not None else ()
    named = [(_("Book a time: %s") % row.title, page_path(row)) for row in rows]
    return [
        (name, settings.PUBLIC_URL + path if settings.PUBLIC_URL else request.build_absolute_uri(path))
        for name, path in named
    ]


def _words(template_id: int | None, whom: About) -> tuple[Any, tuple[str, ...]]:
    if template_id is None:
        return None, ()
    template = templates().filter(pk=template_id).first()
    if template is None:
        raise Http404
    words = preview(template, whom)
    return words, words.missing


def _whom(asked: dict[str, int | None], actor: Actor) -> About:
    try:
        return about(actor, person_id=asked["person"], lead_id=asked["lead"], deal_id=asked["deal"])
    except Refusal:
        raise Http404 from None


def _earlier(number: int | None, actor: Actor) -> Message | None:
    if number is None:
        return None
    found: Message | None = readable_messages(actor).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _back(asked: dict[str, int | None], earlier: Message | None) -> str:
    if earlier is not None:
        return reverse("mail-thread", args=[earlier.thread_id])
    for kind in ("deal", "lead", "person"):
        if asked[kind] is not None:
            return record_address(kind, asked[kind])
    return reverse("people")


def _number(request: HttpRequest, name: str) -> int | None:
    said = request.GET.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 18 else None


def _apart(text: str) -> list[str]:
    found = [one.strip() for one in text.replace(";", ",").split(",") if one.strip()]
    if len(found) > 50:
        raise ValidationError(_("One mail goes to at most %d people.") % 50)
    return found
