"""Templates, snippets and one's signature."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.messages.models import Signature, Template
from isthmus.messages.queries import snippets_for
from isthmus.messages.queries import templates as all_templates
from isthmus.messages.writing.fields import fields
from isthmus.messages.writing.templates import text_for
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.settings.frame import show

HOME = "settings-templates"


class TemplateForm(ActForm):
    """Name, language, words."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    locale = forms.CharField(
        label=gettext_lazy("Language"), max_length=12, initial="en", help_text=gettext_lazy("Like en or sv")
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=500, required=False)
    text = forms.CharField(label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 12}))
    wide = ("subject", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = ", ".join(f"{{{{ {name} }}}}" for name in fields())
        self.fields["text"].help_text = _("Fields: %s") % listed

    def arguments(self) -> dict[str, Any]:
        """All of it."""
        return dict(self.cleaned_data)


class SnippetForm(ActForm):
    """A few sentences under a name."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    text = forms.CharField(label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 6}))
    shared = forms.BooleanField(label=gettext_lazy("For all"), required=False)
    wide = ("text",)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not actor.allows("templates.edit"):
            del self.fields["shared"]


class SignatureForm(ActForm):
    """What stands under one's mails."""

    text = forms.CharField(
        label=gettext_lazy("Signature"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    wide = ("text",)

    def arguments(self) -> dict[str, Any]:
        """Empty is meant."""
        return dict(self.cleaned_data)


@needs("mail.send")
def templates(request: HttpRequest) -> HttpResponse:
    """The templates, one's snippets and signature."""
    actor = actor_of(request)
    rows = []
    for one in all_templates().prefetch_related("texts"):
        texts = list(one.texts.all())
        newest = text_for(one, "en")
        rows.append(
            (one, newest, sorted({text.locale for text in texts}), max(text.version for text in texts))
        )
    context = {
        "rows": rows,
        "snippets": list(snippets_for(actor)),
        "signature": Signature.objects.filter(user=actor.id).first(),
        "may_change": actor.allows("templates.edit"),
        "me": actor.id,
    }
    return show(request, HOME, "messages/templates.html", context)


@needs("templates.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new template."""
    page = reverse(HOME)
    act = Act("save_template", _("New template"), _("The template is kept."), page, {}, page, verb=_("Save"))
    return act_by_form(request, act, TemplateForm(sent(request)))


@needs("templates.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """New words for a template, in one language."""
    row = get_object_or_404(Template, pk=pk, archived_at=None)
    page, locale = reverse(HOME), request.GET.get("locale", "en")
    words = text_for(row, locale)
    initial = {"name": row.name, "locale": words.locale, "subject": words.subject, "text": words.text}
    act = Act(
        "save_template", _("Change the template"), _("A new version is kept."), page, {"template_id": pk},
        page, _("Mails that were written before keep their words."), _("Save"),
    )  # fmt: skip
    return act_by_form(request, act, TemplateForm(sent(request), initial=initial))


@needs("templates.edit")
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a template no more."""
    row = get_object_or_404(Template, pk=pk, archived_at=None)
    page = reverse(HOME)
    act = Act(
        "archive_template",
        _("Archive %(template)s") % {"template": row.name},
        _("The template is offered no more."),
        page,
        {"template_id": pk},
        page,
        danger=True,
    )
    return act_by_form(request, act, ActForm(sent(request)))


@needs("mail.send")
def new_snippet(request: HttpRequest) -> HttpResponse:
    """A snippet; the name of one that is there replaces it."""
    page = reverse(HOME)
    act = Act("save_snippet", _("New snippet"), _("The snippet is kept."), page, {}, page, verb=_("Save"))
    return act_by_form(request, act, SnippetForm(actor_of(request), sent(request)))


@needs("mail.send")
def remove_snippet(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a snippet away."""
    page = reverse(HOME)
    act = Act(
        "remove_snippet", _("Remove the snippet"), _("The snippet is gone."), page, {"snippet_id": pk}, page
    )
    if request.method == "POST":
        return act_now(request, act)
    get_object_or_404(snippets_for(actor_of(request)), pk=pk)
    return act_by_form(request, act, ActForm(sent(request)))


@needs("mail.send")
def signature(request: HttpRequest) -> HttpResponse:
    """One's own signature."""
    page = reverse(HOME)
    mine = Signature.objects.filter(user=actor_of(request).id).first()
    act = Act(
        "save_signature", _("Your signature"), _("The signature is kept."), page, {}, page, verb=_("Save")
    )
    form = SignatureForm(sent(request), initial={"text": mine.text if mine else ""})
    return act_by_form(request, act, form)
