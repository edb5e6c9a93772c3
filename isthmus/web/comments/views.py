"""Saying something about a record, taking it away, and whom one can name."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.records import record_address
from isthmus.workspace import records
from isthmus.workspace.commands.comments import LONGEST
from isthmus.workspace.models import Comment, User

FEW = 6


class CommentForm(ActForm):
    """What one says."""

    text = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    wide = ("text",)


@needs("comments.edit")
def add(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Comment on a record that the reader sees."""
    row = records.visible(kind, [pk], actor_of(request)).get(pk)
    if row is None:
        raise Http404
    page = record_address(kind, pk)
    given = {"kind": kind, "record_id": pk}
    act = Act("add_comment", _("Comment"), _("Your comment is there."), page, given, page, str(row))
    return act_by_form(request, act, CommentForm(sent(request)))


@needs("comments.edit")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a comment away."""
    comment = get_object_or_404(Comment, pk=pk)
    about = records.standing(comment.kind, comment.record_id)
    if about not in records.visible(comment.kind, [about], actor_of(request)):
        raise Http404
    page = record_address(comment.kind, about)
    done = _("The comment is taken away.")
    return act_now(request, Act("remove_comment", _("Take away"), done, page, {"comment_id": pk}, page))


@login_required
def named(request: HttpRequest) -> HttpResponse:
    """Colleagues whose name begins with, or holds, the letters after an @."""
    text = request.GET.get("q", "").strip()
    rows = User.objects.filter(is_active=True, name__icontains=text).order_by("name")[: FEW * 4]
    begins = [row for row in rows if row.name.casefold().startswith(text.casefold())]
    found = [*begins, *(row for row in rows if row not in begins)][:FEW]
    return render(request, "comments/comments.html#names", {"names": found})
