"""What the forms about people ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.people.models import Person
from isthmus.web.acts.forms import ActForm, EditForm, choices_with_none, custom_form_fields, custom_initial
from isthmus.web.acts.people_here import colleagues
from isthmus.web.acts.pickers import PickField
from isthmus.workspace.queries import field_definitions

CHANNELS = [("email", _("E-mail")), ("phone", _("Phone")), ("sms", _("Text message")), ("post", _("Post"))]


class NewPersonForm(ActForm):
    """Somebody new: a name, or anything by which they can be known."""

    full_name = forms.CharField(label=_("Name"), required=False, max_length=255)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    title = forms.CharField(label=_("Title"), required=False, max_length=160)
    company = forms.CharField(label=_("Company"), required=False, max_length=255)
    company_domain = forms.CharField(label=_("The company’s domain"), required=False, max_length=255)
    country = forms.CharField(
        label=_("Country"), required=False, max_length=2, help_text=_("Two letters, like SE")
    )
    city = forms.CharField(label=_("City"), required=False, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= custom_form_fields(field_definitions("person"))
        self.dress()


class EditPersonForm(EditForm):
    """What may be changed of somebody."""

    full_name = forms.CharField(label=_("Name"), required=False, max_length=255)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=320)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    title = forms.CharField(label=_("Title"), required=False, max_length=160)
    country = forms.CharField(
        label=_("Country"), required=False, max_length=2, help_text=_("Two letters, like SE")
    )
    city = forms.CharField(label=_("City"), required=False, max_length=120)
    account_id = PickField("account", label=_("Account"), required=False)
    owner_id = forms.TypedChoiceField(label=_("Owner"), required=False, coerce=int, empty_value=None)

    def __init__(self, person: Person, actor: Actor, *args: Any, **kwargs: Any) -> None:
        definitions = field_definitions("person")
        names = (
            "full_name",
            "email",
            "phone",
            "title",
            "country",
            "city",
            "account_id",
            "owner_id",
            "version",
        )
        initial = {name: getattr(person, name) for name in names} | custom_initial(person.custom, definitions)
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["account_id"].for_actor(actor)  # type: ignore[attr-defined]
        self.fields["owner_id"].choices = choices_with_none(colleagues())  # type: ignore[attr-defined]
        self.fields |= custom_form_fields(definitions)
        self.dress()


class ConsentForm(ActForm):
    """What somebody agreed to, or took back, and where they said so."""

    channel = forms.ChoiceField(label=_("Channel"), choices=CHANNELS)
    given = forms.ChoiceField(
        label=_("What they said"),
        choices=[("yes", _("They agree")), ("no", _("They do not want it"))],
        widget=forms.RadioSelect,
    )
    source = forms.CharField(
        label=_("Where they said so"), max_length=120, help_text=_("Like call on 3 March")
    )
    wording_version = forms.CharField(label=_("Version of the wording"), required=False, max_length=40)
