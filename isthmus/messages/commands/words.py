"""Templates in versions and languages, snippets, and each user's signature."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.ledger.facts import Fact
from isthmus.messages.models import Signature, Snippet, Template, TemplateText
from isthmus.messages.writing.fields import fields
from isthmus.messages.writing.filling import TemplateUnusable, read

LONGEST_SNIPPET = 5_000


@command(permission="templates.edit", label=gettext_lazy("Save a mail template"))
def save_template(
    *,
    by: Actor,
    at: datetime,
    subject: str,
    text: str,
    template_id: int | None = None,
    name: str = "",
    locale: str = "en",
) -> Template:
    """Save the words of a template in a language, as a new version; mails written before keep theirs."""
    known = fields()
    for field, words in (("subject", subject), ("text", text)):
        try:
            read(words, known)
        except TemplateUnusable as refusal:
            raise InvalidInput({field: str(refusal)}) from None
    if not text.strip():
        raise InvalidInput({"text": _("Write something.")})
    if not locale.strip() or len(locale) > 12:
        raise InvalidInput({"locale": _("Name a language, like en or sv.")})
    row = _template(template_id, name.strip()[:120], at)
    highest = row.texts.aggregate(highest=Max("version"))["highest"] or 0
    TemplateText.objects.create(
        template=row,
        locale=locale.strip(),
        version=highest + 1,
        subject=" ".join(subject.split())[:500],
        text=text,
        made_by_id=by.id if by.kind == "user" else None,
        made_at=at,
    )
    _record("template.saved", row.pk, by, at)
    return row


@command(permission="templates.edit", label=gettext_lazy("Archive a mail template"))
def archive_template(*, template_id: int, by: Actor, at: datetime) -> Template:
    """Offer a template no more. Mails that were written with it keep their words."""
    row = _kept_template(template_id)
    row.archived_at = at
    row.save(update_fields=["archived_at"])
    _record("template.archived", row.pk, by, at)
    return row


@command(permission="mail.send", label=gettext_lazy("Save a snippet"))
def save_snippet(*, name: str, text: str, by: Actor, at: datetime, shared: bool = False) -> Snippet:
    """Keep a few sentences under a name, for oneself or for all; the same name takes their place."""
    _may_share(shared, by)
    if not name.strip() or not text.strip() or len(text) > LONGEST_SNIPPET:
        raise InvalidInput(
            {"text": _("Give the snippet a name and a text of at most %d letters.") % LONGEST_SNIPPET}
        )
    try:
        read(text, fields())
    except TemplateUnusable as refusal:
        raise InvalidInput({"text": str(refusal)}) from None
    row, _made = Snippet.objects.update_or_create(
        owner_id=None if shared else by.id, name=name.strip()[:60], defaults={"text": text, "made_at": at}
    )
    _record("snippet.saved", row.pk, by, at)
    return row


@command(permission="mail.send", label=gettext_lazy("Remove a snippet"))
def remove_snippet(*, snippet_id: int, by: Actor, at: datetime) -> int:
    """Take a snippet away; mails that were written with it keep its words."""
    row = Snippet.objects.filter(pk=snippet_id).first()
    if row is None or row.owner_id not in (None, by.id):
        raise NotFound(_("There is no such snippet of yours."))
    _may_share(row.owner_id is None, by)
    row.delete()
    _record("snippet.removed", snippet_id, by, at)
    return snippet_id


@command(permission="mail.send", label=gettext_lazy("Save one's signature"))
def save_signature(*, text: str, by: Actor, at: datetime) -> Signature:
    """Put these lines under one's mails; empty lines put nothing there."""
    if by.id is None or by.kind != "user":
        raise InvalidInput({"text": _("Only a user has a signature.")})
    if len(text) > LONGEST_SNIPPET:
        raise InvalidInput({"text": _("A signature has at most %d letters.") % LONGEST_SNIPPET})
    row, _made = Signature.objects.update_or_create(user_id=by.id, defaults={"text": text.strip()})
    _record("signature.saved", row.pk, by, at)
    return row


def _template(template_id: int | None, name: str, at: datetime) -> Template:
    if template_id is not None:
        row = _kept_template(template_id)
        if name and name != row.name:
            _free_name(name)
            row.name = name
            row.save(update_fields=["name"])
        return row
    if not name:
        raise InvalidInput({"name": _("Give the template a name.")})
    _free_name(name)
    return Template.objects.create(name=name, made_at=at)


def _free_name(name: str) -> None:
    if Template.objects.filter(name=name, archived_at=None).exists():
        raise InvalidInput({"name": _("There is a template of this name already.")})


def _kept_template(template_id: int) -> Template:
    row = Template.objects.select_for_update().filter(pk=template_id, archived_at=None).first()
    if row is None:
        raise NotFound(_("There is no such template any more."))
    return row


def _may_share(shared: bool, by: Actor) -> None:
    if shared and not by.allows("templates.edit"):
        raise NotPermitted(
            _("Shared snippets are changed by whoever may change templates. Save it for yourself.")
        )


def _record(kind: str, number: int, by: Actor, at: datetime) -> None:
    ledger.record(Fact(kind=kind, at=at, props={"number": number}), by=by)
