"""What the forms about accounts ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.people.models import Account
from isthmus.web.acts.forms import EditForm, choices_with_none, custom_form_fields, custom_initial
from isthmus.web.acts.people_here import colleagues
from isthmus.web.acts.pickers import PickField
from isthmus.workspace.queries import field_definitions


class AccountForm(EditForm):
    """A company: new, or as it is known."""

    name = forms.CharField(label=_("Name"), max_length=255)
    domain = forms.CharField(
        label=_("Domain"), required=False, max_length=255, help_text=_("Like example.com")
    )
    industry = forms.CharField(label=_("Industry"), required=False, max_length=80)
    size = forms.IntegerField(label=_("People there"), required=False, min_value=0, max_value=10_000_000)
    country = forms.CharField(
        label=_("Country"), required=False, max_length=2, help_text=_("Two letters, like SE")
    )
    region = forms.CharField(
        label=_("Region"), required=False, max_length=80, help_text=_("A state or province")
    )
    postcode = forms.CharField(label=_("Postal code"), required=False, max_length=16)
    city = forms.CharField(label=_("City"), required=False, max_length=120)
    revenue = forms.IntegerField(label=_("Revenue of a year"), required=False, min_value=0, max_value=10**15)
    parent_id = PickField("account", label=_("Part of"), required=False)

    def __init__(self, actor: Actor, account: Account | None, *args: Any, **kwargs: Any) -> None:
        definitions = field_definitions("account")
        names = (
            "name", "domain", "industry", "size", "country", "region", "postcode", "city", "revenue",
            "parent_id", "owner_id", "version",
        )  # fmt: skip
        initial = {name: getattr(account, name) for name in names} if account else {}
        custom = custom_initial(account.custom, definitions) if account else {}
        super().__init__(*args, initial=initial | custom, **kwargs)
        self.fields["parent_id"].for_actor(actor)  # type: ignore[attr-defined]
        if account is not None:
            self.fields["owner_id"] = forms.TypedChoiceField(
                label=_("Owner"),
                required=False,
                coerce=int,
                empty_value=None,
                choices=choices_with_none(colleagues()),
            )
        self.fields |= custom_form_fields(definitions)
        self.dress()
