"""What good looks like in a stage, and the checklist before it: for all territories or for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from isthmus.sales.models import Playbook, Stage
from isthmus.web.access import needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm, choices_with_none
from isthmus.workspace.models import Territory
from isthmus.workspace.trees import branches

ADVISED = "?"


@dataclass(frozen=True)
class Line:
    """A playbook of a stage in few words, with the address of its form."""

    text: str
    href: str


def put_playbook_lines(stages: Sequence[Stage], may_edit: bool) -> None:
    """Give each stage the lines that tell of its playbooks, as the page of pipelines shows them."""
    several = Territory.objects.exists()
    of: dict[int, list[Playbook]] = {}
    found = Playbook.objects.select_related("territory").prefetch_related("items")
    for one in found.order_by("territory__name"):
        of.setdefault(one.stage_id, []).append(one)
    for stage in stages:
        href = reverse("edit-playbook", args=[stage.pk]) if may_edit else ""
        books = {one.territory_id: one for one in of.get(stage.pk, [])}
        lines = [Line(_in_words(books.get(None), may_edit), href)]
        lines += [
            Line(f"{one.territory}: {_in_words(one, may_edit)}", href and f"{href}?territory={key}")
            for key, one in books.items()
            if key is not None
        ]
        if several and may_edit:
            lines.append(Line(_("For a territory…"), f"{href}?territory=choose"))
        stage.playbook_lines = [one for one in lines if one.text]  # type: ignore[attr-defined]


def _in_words(book: Playbook | None, may_edit: bool) -> str:
    count = len(_items(book))
    said = [_("playbook")] if book and book.text else []
    if count:
        said.append(ngettext("%(count)s item", "%(count)s items", count) % {"count": count})
    return ", ".join(said) or (_("Write…") if may_edit else _("nothing"))


def _items(book: Playbook | None) -> list[Any]:
    return [one for one in book.items.all() if one.archived_at is None] if book else []


class PlaybookForm(ActForm):
    """The words, and the checklist with an item a line."""

    territory_id = forms.TypedChoiceField(
        label=gettext_lazy("Territory"), required=False, coerce=int, empty_value=None
    )
    text = forms.CharField(
        label=gettext_lazy("What good looks like here"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    items = forms.CharField(
        label=gettext_lazy("Checklist before a deal comes in"),
        required=False,
        max_length=6000,
        help_text=gettext_lazy("One a line. Begin a line with ? for what is only advised."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    wide = ("text", "items")

    def __init__(self, book: Playbook | None, asked: str, *args: Any) -> None:
        lines = [("" if one.required else f"{ADVISED} ") + one.text for one in _items(book)]
        initial = {
            "territory_id": asked if asked.isdigit() else "",
            "text": book.text if book else "",
            "items": "\n".join(lines),
        }
        super().__init__(*args, initial=initial)
        if not asked:
            del self.fields["territory_id"]
            return
        options = [(one.pk, one.indented) for one in branches(Territory)]
        self.fields["territory_id"].choices = choices_with_none(options)  # type: ignore[attr-defined]
        self.fields["territory_id"].required = True
        self.dress()

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        lines = [line.strip() for line in given["items"].splitlines() if line.strip(f"{ADVISED} ")]
        items = [
            {"text": line.lstrip(ADVISED).strip(), "required": not line.startswith(ADVISED)} for line in lines
        ]
        territory = given.get("territory_id")
        return {"text": given["text"], "items": items} | ({"territory_id": territory} if territory else {})


@needs("pipelines.edit")
def edit_playbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the playbook of an open stage."""
    stage = get_object_or_404(Stage.objects.select_related("pipeline"), pk=pk, kind="open")
    asked = request.GET.get("territory", "")
    books = Playbook.objects.filter(stage=stage).prefetch_related("items")
    wanted = int(asked) if asked.isdigit() else None
    book = None if asked == "choose" else books.filter(territory=wanted).first()
    page = reverse("settings-pipelines")
    act = Act(
        "set_playbook",
        _("Playbook and checklist"),
        _("The playbook is written."),
        page,
        {"stage_id": pk},
        page,
        f"{stage.pipeline.name}: {stage.name}",
        _("Save"),
    )
    return act_by_form(request, act, PlaybookForm(book, asked, sent(request)))
