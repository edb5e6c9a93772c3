"""What the acts on leads ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.leads.models import Lead, ReturnReason
from isthmus.marketing.models import Campaign
from isthmus.sales.models import Pipeline, Product
from isthmus.web.acts.forms import (
    ActForm,
    EditForm,
    amount_field,
    choices_with_none,
    custom_form_fields,
    custom_initial,
    moment_input,
)
from isthmus.web.acts.people_here import colleagues, who_may
from isthmus.workspace.models import Currency
from isthmus.workspace.queries import field_definitions

CONSENTS = [("email", _("E-mail")), ("phone", _("Phone")), ("sms", _("Text message")), ("post", _("Post"))]


class CaptureForm(ActForm):
    """An enquiry: who, where from, about what."""

    full_name = forms.CharField(label=_("Name"), required=False, max_length=255)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    company = forms.CharField(label=_("Company"), required=False, max_length=255)
    company_domain = forms.CharField(label=_("The company’s domain"), required=False, max_length=255)
    title = forms.CharField(label=_("Title"), required=False, max_length=160)
    country = forms.CharField(
        label=_("Country"), required=False, max_length=2, help_text=_("Two letters, like SE")
    )
    city = forms.CharField(label=_("City"), required=False, max_length=120)
    channel = forms.CharField(
        label=_("Channel"), required=False, max_length=40, help_text=_("Like event or paid_search")
    )
    campaign_id = forms.TypedChoiceField(label=_("Campaign"), required=False, coerce=int, empty_value=None)
    product_id = forms.TypedChoiceField(label=_("Product"), required=False, coerce=int, empty_value=None)
    landing_page = forms.CharField(label=_("Landing page"), required=False, max_length=300)
    consent = forms.MultipleChoiceField(
        label=_("Consent was given to"), required=False, choices=CONSENTS, widget=forms.CheckboxSelectMultiple
    )
    message = forms.CharField(
        label=_("Their words"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    wide = ("message", "consent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign_id"].choices = choices_with_none(Campaign.objects.values_list("pk", "name"))  # type: ignore[attr-defined]
        self.fields["product_id"].choices = choices_with_none(Product.objects.values_list("pk", "name"))  # type: ignore[attr-defined]
        self.fields |= custom_form_fields(field_definitions("lead"))
        self.order_fields([name for name in self.fields if name not in self.wide] + list(self.wide))
        self.dress()


class EditLeadForm(EditForm):
    """What may be changed of a lead."""

    owner_id = forms.TypedChoiceField(label=_("Owner"), required=False, coerce=int, empty_value=None)
    score = forms.IntegerField(label=_("Score"), required=False, min_value=0, max_value=100)
    product_id = forms.TypedChoiceField(label=_("Product"), required=False, coerce=int, empty_value=None)

    def __init__(self, lead: Lead, *args: Any, **kwargs: Any) -> None:
        definitions = field_definitions("lead")
        initial = {
            "owner_id": lead.owner_id,
            "score": lead.score,
            "product_id": lead.product_id,
            "version": lead.version,
        }
        super().__init__(*args, initial={**initial, **custom_initial(lead.custom, definitions)}, **kwargs)
        self.fields["owner_id"].choices = choices_with_none(colleagues())  # type: ignore[attr-defined]
        self.fields["product_id"].choices = choices_with_none(Product.objects.values_list("pk", "name"))  # type: ignore[attr-defined]
        self.fields |= custom_form_fields(definitions)
        self.dress()


class HandOverForm(ActForm):
    """To whom, and until when sales should answer."""

    owner_id = forms.TypedChoiceField(label=_("Seller"), coerce=int)
    due_at = forms.DateTimeField(
        label=_("Answer due"),
        required=False,
        widget=moment_input(),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=_("The response clock runs until then"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = who_may("leads.decide")  # type: ignore[attr-defined]


class AcceptForm(ActForm):
    """The deal that opens with the acceptance."""

    deal_name = forms.CharField(
        label=_("Deal"),
        required=False,
        max_length=200,
        help_text=_("Empty: named after the account or the person"),
    )
    amount = amount_field(_("Value, as far as known"), min_value=0)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    pipeline_id = forms.TypedChoiceField(label=_("Pipeline"), required=False, coerce=int, empty_value=None)

    wide = ("deal_name",)

    def __init__(self, base: str, *args: Any, **kwargs: Any) -> None:
        pipelines = list(Pipeline.objects.values_list("pk", "name"))
        first = pipelines[0][0] if pipelines else None
        super().__init__(*args, initial={"currency": base, "pipeline_id": first}, **kwargs)
        self.fields["currency"].choices = currencies(base)  # type: ignore[attr-defined]
        self.fields["pipeline_id"].choices = pipelines  # type: ignore[attr-defined]
        if len(pipelines) < 2:
            del self.fields["pipeline_id"]


class ReturnForm(ActForm):
    """Why the lead goes back."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=ReturnReason.choices,
        widget=forms.RadioSelect,
        help_text=_("It goes back to the campaign that brought the lead."),
    )
    wide = ("reason",)


class DisqualifyForm(ActForm):
    """Why the lead is out."""

    reason = forms.CharField(
        label=_("Reason"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True})
    )
    wide = ("reason",)


def currencies(base: str) -> list[tuple[str, str]]:
    """The currencies that the company deals in, its own first."""
    codes = sorted({base, *Currency.objects.filter(is_active=True).values_list("code", flat=True)})
    return [(code, code) for code in sorted(codes, key=lambda code: (code != base, code))]
