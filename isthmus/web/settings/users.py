"""Users, invitations and rights."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core import clock
from isthmus.core.actors import Scope
from isthmus.web.access import needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm, choices_with_none
from isthmus.web.settings.frame import show
from isthmus.workspace.commands.inviting import mail_invitation
from isthmus.workspace.models import Invitation, Team, Territory, User
from isthmus.workspace.roles import PERMISSIONS, ROLE_CHOICES, ROLES

SCOPES = [
    (Scope.OWN.value, gettext_lazy("Own rows")),
    (Scope.TEAM.value, gettext_lazy("The team’s rows")),
    (Scope.ALL.value, gettext_lazy("All rows")),
]
HOME = "settings-users"


class InviteForm(ActForm):
    """Whom to let in, and as what."""

    email = forms.EmailField(label=gettext_lazy("E-mail"))
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=150)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLE_CHOICES, initial="seller")
    team_id = forms.TypedChoiceField(label=gettext_lazy("Team"), required=False, coerce=int, empty_value=None)
    territory_id = forms.TypedChoiceField(
        label=gettext_lazy("Territory"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team_id"].choices = choices_with_none(Team.objects.values_list("pk", "name"))  # type: ignore[attr-defined]
        self.fields["territory_id"].choices = choices_with_none(Territory.objects.values_list("pk", "name"))  # type: ignore[attr-defined]


class EditUserForm(InviteForm):
    """What may be changed of somebody who works here."""

    is_active = forms.BooleanField(
        label=gettext_lazy("May sign in"),
        required=False,
        help_text=gettext_lazy("Without it, every session and key of theirs ends at once"),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        names = ("name", "role", "team_id", "territory_id", "is_active")
        super().__init__(*args, initial={name: getattr(user, name) for name in names}, **kwargs)
        del self.fields["email"]
        self.fields["name"].required = True


class RightForm(ActForm):
    """One right beyond the role, or without it."""

    permission = forms.ChoiceField(label=gettext_lazy("Right"))
    scope = forms.ChoiceField(
        label=gettext_lazy("Reach"),
        choices=[*SCOPES, ("none", gettext_lazy("None: take it away"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permission"].choices = [(name, f"{text} ({name})") for name, text in PERMISSIONS.items()]  # type: ignore[attr-defined]


@needs("settings.view")
def home(request: HttpRequest) -> HttpResponse:
    """The first of the settings."""
    return redirect(HOME)


@needs("settings.view")
def users(request: HttpRequest) -> HttpResponse:
    """Who works here, and who is invited."""
    rows = User.objects.select_related("team", "territory").order_by("-is_active", "name")
    invited = Invitation.objects.filter(accepted_at=None, revoked_at=None).select_related(
        "invited_by", "team"
    )
    context = {"users": rows, "invitations": invited.order_by("-invited_at"), "now": clock.now()}
    return show(request, HOME, "settings/users.html", context)


@needs("settings.edit")
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the link goes out by mail where there is a mail server, and is shown once besides."""
    page = reverse(HOME)
    act = Act("invite_user", _("Invite somebody"), _("Invited."), page, {}, page, verb=_("Invite"))

    def answer(result: Any) -> HttpResponse:
        row, token = result.value.row, result.value.token
        site = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
        note = _(
            "It is shown only now, works once and ends after seven days. Earlier invitations have ended."
        )
        title = _("Send this link to %(email)s")
        if settings.SENDS_MAIL:
            title = _("An invitation is on its way to %(email)s")
            note = _("This is the link in the mail, should it not arrive. %(note)s") % {"note": note}
            mail_invitation(result.value, site)
        context = {
            "title": title % {"email": row.email},
            "secret": site + reverse("invitation", args=[token]),
            "note": note,
            "back": page,
        }
        return shown_once(request, context)

    return act_by_form(request, act, InviteForm(sent(request)), answer=answer)


def shown_once(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """A secret that is not shown again, in the dialog or on a page of its own."""
    part = "#dialog" if request.htmx else ""  # type: ignore[attr-defined]
    response = render(request, "settings/shown_once.html" + part, {**context, "level": 2 if part else 1})
    response["Cache-Control"] = "no-store"
    return response


@needs("settings.edit")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End an invitation."""
    page = reverse(HOME)
    return act_now(
        request,
        Act("revoke_invitation", "", _("The invitation has ended."), page, {"invitation_id": pk}, page),
    )


@needs("settings.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change somebody's role, team or access."""
    user = get_object_or_404(User, pk=pk)
    page = reverse(HOME)
    act = Act(
        "edit_user",
        _("Change the user"),
        _("The user is changed."),
        page,
        {"user_id": pk},
        page,
        user.email,
        _("Save"),
    )
    return act_by_form(request, act, EditUserForm(user, sent(request)), read=EditUserForm.changed_arguments)


@needs("settings.view")
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """What one user may do, and from where each right comes."""
    one = get_object_or_404(User.objects.select_related("team", "territory"), pk=pk)
    return show(request, HOME, "settings/user.html", {"one": one, "rights": _rights(one)})


@needs("settings.edit")
def right(request: HttpRequest, pk: int) -> HttpResponse:
    """Give or take one right."""
    one = get_object_or_404(User, pk=pk)
    page = reverse("settings-user", args=[pk])
    given = request.POST.get("scope", "none") != "none"
    command, done = (
        ("give_grant", _("The right is given.")) if given else ("take_grant", _("The right is taken."))
    )
    act = Act(command, _("Give or take a right"), done, page, {"user_id": pk}, page, one.name, _("Save"))

    def read(form: Any) -> dict[str, Any]:
        arguments: dict[str, Any] = form.arguments()
        return arguments if given else {"permission": arguments["permission"]}

    return act_by_form(
        request,
        act,
        RightForm(sent(request), initial={"permission": request.GET.get("permission")}),
        read=read,
    )


def _rights(one: User) -> list[dict[str, Any]]:
    grants = {grant.permission: grant for grant in one.grants.select_related("given_by")}
    words = dict(SCOPES) | {"": _("none")}
    rows = []
    for name, text in PERMISSIONS.items():
        by_role = ROLES[one.role].get(name)
        grant = grants.get(name)
        reach = grant.scope if grant else by_role.value if by_role else ""
        rows.append({"name": name, "text": text, "reach": words[reach], "has": bool(reach), "grant": grant})
    return rows
