"""The company itself, and the currencies that it deals in."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core import clock, commands
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.people.models import ContactLimit
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, sent, went_well
from isthmus.web.acts.forms import ActForm, date_input
from isthmus.web.settings.frame import show
from isthmus.workspace.models import Company, Currency, Rate

DAYS = [
    ("mon", gettext_lazy("Monday")),
    ("tue", gettext_lazy("Tuesday")),
    ("wed", gettext_lazy("Wednesday")),
    ("thu", gettext_lazy("Thursday")),
    ("fri", gettext_lazy("Friday")),
    ("sat", gettext_lazy("Saturday")),
    ("sun", gettext_lazy("Sunday")),
]

_PLAIN = ("name", "base_currency", "time_zone", "holidays_country", "call_link")


class CompanyForm(ActForm):
    """Name, money, zone, calendar, and how a telephone number is dialled."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    base_currency = forms.CharField(
        label=gettext_lazy("Reporting currency"),
        max_length=3,
        help_text=gettext_lazy("Fixed once amounts are recorded"),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    holidays_country = forms.CharField(
        label=gettext_lazy("Holidays of"),
        required=False,
        max_length=10,
        help_text=gettext_lazy("A country, like SE, or a part, like DE-BY"),
    )

    call_link = forms.CharField(
        label=gettext_lazy("A telephone number opens"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "tel:{number}, sip:{number}@your.example, callto:{number}, or your telephone's page: "
            "https://dial.example/?to={number}. Empty: tel:"
        ),
    )

    def __init__(self, company: Company, *args: Any, **kwargs: Any) -> None:
        names = _PLAIN
        initial: dict[str, Any] = {name: getattr(company, name) for name in names}
        for day, _text in DAYS:
            hours = company.working_hours.get(day) or ["", ""]
            initial[f"{day}_from"], initial[f"{day}_to"] = hours
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["time_zone"].choices = [(zone, zone) for zone in sorted(available_timezones())]  # type: ignore[attr-defined]
        for day, text in DAYS:
            for end, word in (("from", _("from")), ("to", _("to"))):
                self.fields[f"{day}_{end}"] = forms.TimeField(
                    label=f"{text}, {word}",
                    required=False,
                    widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
                )
        self.dress()

    def days(self) -> list[dict[str, Any]]:
        """The hours of each day, for the template."""
        return [{"text": text, "from": self[f"{day}_from"], "to": self[f"{day}_to"]} for day, text in DAYS]

    def plain(self) -> list[Any]:
        """The fields above the calendar."""
        return [self[name] for name in _PLAIN]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for day, text in DAYS:
            start, end = given.get(f"{day}_from"), given.get(f"{day}_to")
            if (start is None) != (end is None) or (start is not None and start >= end):
                self.add_error(
                    f"{day}_to", _("%(day)s needs a beginning and a later end, or neither.") % {"day": text}
                )
        return given

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        hours = {
            day: [given[f"{day}_from"].strftime("%H:%M"), given[f"{day}_to"].strftime("%H:%M")]
            for day, _text in DAYS
            if given.get(f"{day}_from")
        }
        plain = {name: given[name] for name in _PLAIN}
        return {**plain, "working_hours": hours}


class LimitForm(ActForm):
    """So many contacts in so many days."""

    most = forms.IntegerField(
        label=gettext_lazy("Mails and calls"),
        min_value=1,
        max_value=50,
        help_text=gettext_lazy("To one person, by anybody, for whatever reason"),
    )
    days = forms.IntegerField(label=gettext_lazy("In so many days"), min_value=1, max_value=90)


class CurrencyForm(ActForm):
    """One more currency."""

    code = forms.CharField(
        label=gettext_lazy("Currency"), max_length=3, help_text=gettext_lazy("Three letters, like NOK")
    )


class RateForm(ActForm):
    """What one unit is worth from a day on."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    on = forms.DateField(label=gettext_lazy("From"), widget=date_input())
    base_per_unit = forms.DecimalField(label=gettext_lazy("Rate"), max_digits=20, decimal_places=10)

    def __init__(self, base: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = Currency.objects.exclude(code=base).order_by("code").values_list("code", flat=True)
        self.fields["currency"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        self.fields["base_per_unit"].help_text = _("How many %(base)s one unit is worth") % {"base": base}


@needs("settings.view")
def company(request: HttpRequest) -> HttpResponse:
    """The company's settings, to be read or changed on the page itself."""
    page = reverse("settings-company")
    form = CompanyForm(Company.current(), sent(request))
    status, refused = 200, None
    if request.method == "POST":
        status = 422
        act = Act("update_company", _("Company"), _("The company is changed."), page, {}, page)
        if form.is_valid():
            try:
                result = commands.run(act.command, form.arguments(), by=actor_of(request), at=clock.now())
            except InvalidInput as refusal:
                form.note(refusal)
            except Refusal as refusal:
                status, refused = 409, refusal
            else:
                return went_well(request, act, result)
    context = {"form": form, "refusal": refused, "limit": ContactLimit.current()}
    return show(request, "settings-company", "settings/company.html", context, status)


@needs("settings.edit")
def contact_limit(request: HttpRequest) -> HttpResponse:
    """How often anybody may be contacted."""
    page, limit = reverse("settings-company"), ContactLimit.current()
    done, title = _("The limit of contacts is set."), _("How often people are contacted")
    act = Act("set_contact_limit", title, done, page, {}, page, verb=_("Set"))
    return act_by_form(
        request, act, LimitForm(sent(request), initial={"most": limit.most, "days": limit.days})
    )


@needs("settings.view")
def currencies(request: HttpRequest) -> HttpResponse:
    """The currencies with their rates, the latest first."""
    base = Company.current().base_currency
    rates: dict[str, list[Rate]] = {}
    for rate in Rate.objects.order_by("currency_id", "-on"):
        rates.setdefault(rate.currency_id, []).append(rate)
    rows = [
        {"code": one.code, "is_base": one.code == base, "rates": rates.get(one.code, [])}
        for one in Currency.objects.order_by("code")
    ]
    return show(request, "settings-currencies", "settings/currencies.html", {"rows": rows, "base": base})


@needs("settings.edit")
def new_currency(request: HttpRequest) -> HttpResponse:
    """One more currency."""
    page = reverse("settings-currencies")
    done = _("The currency is added. Give it a rate before amounts come in.")
    act = Act("add_currency", _("New currency"), done, page, {}, page, verb=_("Add"))
    return act_by_form(request, act, CurrencyForm(sent(request)))


@needs("settings.edit")
def new_rate(request: HttpRequest) -> HttpResponse:
    """A rate from a day on."""
    page = reverse("settings-currencies")
    act = Act(
        "set_rate", _("Set a rate"), _("The rate holds from that day on."), page, {}, page, verb=_("Set")
    )
    initial = {"currency": request.GET.get("currency", ""), "on": timezone.localdate()}
    return act_by_form(
        request, act, RateForm(Company.current().base_currency, sent(request), initial=initial)
    )
