"""The words of a template for somebody: in their language where it has one, with its fields filled in."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from isthmus.core.refusals import NotFound, Refusal
from isthmus.messages.models import Template, TemplateText
from isthmus.messages.writing.about import About
from isthmus.messages.writing.fields import fields
from isthmus.messages.writing.filling import fill

FALLBACK = "en"


class ValueMissing(Refusal):
    """The template names something that is not known of this person."""


@dataclass(frozen=True)
class Words:
    """A template filled in, and the fields of which nothing is known."""

    subject: str
    text: str
    missing: tuple[str, ...]
    locale: str
    version: int


def preview(template: Template, whom: About) -> Words:
    """The words as they would be sent, with what is missing."""
    locale = whom.person.locale if whom.person else ""
    row = text_for(template, locale)
    values = whom.values()
    subject = fill(row.subject, values, one_line=True)
    text = fill(row.text, values)
    missing = tuple(dict.fromkeys([*subject.missing, *text.missing]))
    return Words(subject.text, text.text, missing, row.locale, row.version)


def filled_template(template_id: int, whom: About) -> Words:
    """The words of a template. Raises NotFound, ValueMissing."""
    template = Template.objects.filter(pk=template_id, archived_at=None).first()
    if template is None:
        raise NotFound(_("There is no such template any more."))
    words = preview(template, whom)
    if words.missing:
        known = fields()
        names = ", ".join(str(known[name].label) if name in known else name for name in words.missing)
        raise ValueMissing(
            _("Nothing is known for: %s. Fill it in on the record, or give the field a default.") % names
        )
    return words


def text_for(template: Template, locale: str) -> TemplateText:
    """The newest words in a language; else in its main language, in English, or in whichever there is."""
    newest: dict[str, TemplateText] = {}
    for row in template.texts.order_by("version"):
        newest[row.locale.lower()] = row
    wanted = [locale.lower(), locale.lower().partition("-")[0].partition("_")[0], FALLBACK]
    for one in wanted:
        if one in newest:
            return newest[one]
    return newest[min(newest)]
