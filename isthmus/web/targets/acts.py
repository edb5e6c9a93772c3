"""Setting and splitting quotas, committing and adjusting, from the pages of targets."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.refusals import InvalidInput
from isthmus.sales.models import Holder
from isthmus.sales.targets.periods import Period
from isthmus.sales.targets.setting import reached
from isthmus.sales.targets.standing import Held, quotas
from isthmus.web.access import actor_of, needs, today
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm, amount_field
from isthmus.web.targets import wording
from isthmus.workspace.models import Team, Territory, User

_MODELS: Mapping[str, Any] = {"seller": User, "team": Team, "territory": Territory}


class QuotaForm(ActForm):
    """How much, and a note on why."""

    amount = amount_field(gettext_lazy("Quota"), min_value=0)
    note = forms.CharField(  # type: ignore[assignment]
        label=gettext_lazy("Note"), required=False, max_length=300
    )
    wide = ("note",)


class SplitForm(ActForm):
    """Over what, and how much weight each part has."""

    across = forms.ChoiceField(label=gettext_lazy("Over"))
    weights = forms.CharField(
        label=gettext_lazy("Weights, one for each part in order"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Like 2 1 1. Empty: equal parts."),
    )

    def __init__(self, parts: Mapping[str, list[tuple[str, str]]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts
        names = {name: ", ".join(text for _key, text in its) for name, its in parts.items()}
        self.fields["across"].choices = list(names.items())  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """The weights by what each part is called to the command."""
        across, text = self.cleaned_data["across"], self.cleaned_data["weights"]
        its = self.parts[across]
        if not text.strip():
            return {"across": across}
        weights = text.replace(";", " ").split()
        if len(weights) != len(its) or not all(one.replace(".", "", 1).isdigit() for one in weights):
            sentence = _("Write %(count)s numbers with blanks between them.") % {"count": len(its)}
            raise InvalidInput({"weights": sentence})
        keys = [key for key, _text in its]
        return {"across": across, "weights": dict(zip(keys, weights, strict=True))}


class PromiseForm(ActForm):
    """What will be won in the period; empty takes the figure back."""

    amount = amount_field(
        gettext_lazy("Amount"),
        min_value=0,
        help_text=gettext_lazy("The value of deals won in the period, whether paid in it or not"),
    )
    note = forms.CharField(  # type: ignore[assignment]
        label=gettext_lazy("Note"), required=False, max_length=300
    )
    wide = ("note",)


@needs("quotas.edit")
def set_quota(request: HttpRequest) -> HttpResponse:
    """Set one quota: by its form, or at once from a cell of the table."""
    asked = _Asked(request, "quotas.edit")
    done = _("The quota of %(name)s for %(period)s is set.") % asked.words
    act = Act("set_quota", _("Set the quota"), done, asked.back, asked.arguments, asked.back, asked.about)
    if request.POST.get("cell"):
        amount = request.POST.get("amount", "").strip().replace(",", "")
        arguments = {**asked.arguments, **({"amount": amount} if amount else {})}
        return act_now(request, Act(act.command, act.title, done, act.onward, arguments, act.back))
    return act_by_form(request, act, QuotaForm(sent(request), initial={"amount": asked.standing}))


@needs("quotas.edit")
def split_quota(request: HttpRequest) -> HttpResponse:
    """Split a quota over its months or over those below."""
    asked = _Asked(request, "quotas.edit")
    done = _("The quota of %(name)s for %(period)s is split.") % asked.words
    act = Act("split_quota", _("Split the quota"), done, asked.back, asked.arguments, asked.back, asked.about)
    return act_by_form(request, act, SplitForm(_parts(asked.held, asked.period), sent(request)))


@needs("forecast.commit")
def commit(request: HttpRequest) -> HttpResponse:
    """Promise the value of what will be won in the period."""
    asked = _Asked(request, "forecast.commit")
    act = Act(
        "commit_forecast",
        _("Commit to %(period)s") % asked.words,
        _("Committed. Your manager sees it."),
        asked.back,
        asked.promise,
        asked.back,
        verb=_("Commit"),
    )
    return act_by_form(request, act, PromiseForm(sent(request)))


@needs("forecast.adjust")
def adjust(request: HttpRequest) -> HttpResponse:
    """Put a manager's figure beside a seller's commitment."""
    asked = _Asked(request, "forecast.adjust")
    act = Act(
        "adjust_commitment",
        _("Adjust the commitment"),
        _("Your figure stands beside the seller's own."),
        asked.back,
        asked.promise,
        asked.back,
        asked.about,
    )
    return act_by_form(request, act, PromiseForm(sent(request)))


class _Asked:
    """Whose target of which period an address is about. Raises Http404 where the right does not reach it."""

    def __init__(self, request: HttpRequest, permission: str) -> None:
        given: dict[str, Any] = {**request.GET.dict(), **request.POST.dict()}
        names = [kind for kind in Holder.values if str(given.get(f"{kind}_id", "")).isdigit()]
        holder = names[0] if names else "seller"
        self.held = Held(holder, int(given.get(f"{holder}_id") or 0))
        self.metric = given.get("metric") or "revenue"
        try:
            self.period = Period.parse(given.get("period") or "")
        except InvalidInput:
            self.period = Period.containing("quarter", today())
        kept = {"period": given.get("page") or str(self.period)}
        kept |= {"metric": self.metric} if self.metric != "revenue" else {}
        home = (
            reverse("targets")
            if given.get("cell") == "all"
            else reverse("target", args=[holder, self.held.number])
        )
        self.back = f"{home}?{urlencode(kept)}"
        self._actor = actor_of(request)
        self._row = _MODELS[holder].objects.filter(pk=self.held.number).first()
        if not reached(self._actor, permission, self.held, self._row):
            raise Http404

    @property
    def arguments(self) -> dict[str, Any]:
        """What the commands of quotas take."""
        return {
            f"{self.held.holder}_id": self.held.number,
            "period": str(self.period),
            "metric": self.metric,
        }

    @property
    def promise(self) -> dict[str, Any]:
        """What the commands of commitments take."""
        return {"seller_id": self.held.number, "period": str(self.period)}

    @property
    def words(self) -> dict[str, str]:
        """Its name and period, for sentences."""
        return {"name": str(self._row), "period": wording.period_text(self.period)}

    @property
    def about(self) -> str:
        """The line above a form's title."""
        return " · ".join(self.words.values())

    @property
    def standing(self) -> Decimal | None:
        """The quota as it stands, for the form to begin with."""
        found = quotas(self._actor, self.period.months, metric=self.metric).get(self.held)
        return Decimal(sum(found.values())) / 1_000_000 if found else None


def _parts(held: Held, period: Period) -> dict[str, list[tuple[str, str]]]:
    """Over what a quota can be split: each way with its parts, by the names that the command knows."""
    parts: dict[str, list[tuple[str, str]]] = {}
    if len(period.months) > 1:
        parts["months"] = [
            (f"{month:%Y-%m}", wording.period_text(Period(month, "month"))) for month in period.months
        ]
    column = {"team": "team_id", "territory": "territory_id"}.get(held.holder)
    if column:
        sellers = User.objects.filter(is_active=True, role="seller", **{column: held.number})
        parts["sellers"] = [(str(one.pk), one.name) for one in sellers]
    if held.holder in ("team", "territory"):
        below = _MODELS[held.holder].objects.filter(parent_id=held.number).order_by("name")
        parts["teams" if held.holder == "team" else "territories"] = [
            (str(one.pk), one.name) for one in below
        ]
    return {name: its for name, its in parts.items() if its}
