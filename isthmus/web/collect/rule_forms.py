"""The forms of channel rules: a channel, and the conditions of one case."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from isthmus.collect.channels.names import CHANNELS, SITE_CLASSES
from isthmus.collect.channels.reading import LONGEST_PATTERN, PATTERNS
from isthmus.collect.channels.rules import CLICK_IDS
from isthmus.web.acts.forms import ActForm


class _Named(forms.TextInput):
    """A text field that offers the channels that there are."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = format_html_join("", '<option value="{}">{}</option>', CHANNELS.items())
        field = super().render(name, value, {**(attrs or {}), "list": "channels"}, renderer)
        return format_html('{}<datalist id="channels">{}</datalist>', field, options)


def _pattern(label: Any, hint: Any = "") -> forms.CharField:
    attrs = {"spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_PATTERN,
        help_text=hint,
        widget=forms.TextInput(attrs=attrs),
    )


class CaseForm(ActForm):
    """The conditions of one case: all that is filled in must hold."""

    site = forms.ChoiceField(
        label=_("The source is a"),
        required=False,
        choices=[("", _("any site, or none")), *SITE_CLASSES.items()],
    )
    source = _pattern(
        _("Source matches"), _("utm_source, else source or ref, else the site that linked here")
    )
    medium = _pattern(_("Medium matches"), _("utm_medium, like ^(cpc|paid.*)$"))
    campaign = _pattern(_("Campaign matches"), _("utm_campaign"))
    referrer = _pattern(_("Linking site matches"), _(r"Its host, like (^|\.)example\.com$"))
    host = _pattern(_("Own site matches"), _("The host of the page that was visited"))
    click_id = forms.MultipleChoiceField(
        label=_("One of these click ids is there"),
        required=False,
        choices=[(kind, kind) for kind in CLICK_IDS],
        widget=forms.CheckboxSelectMultiple,
    )
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    wide = ("click_id",)

    def __init__(self, *args: Any, initial: Any = None, **kwargs: Any) -> None:
        given = dict(initial or {})
        if isinstance(given.get("click_id"), str):
            given["click_id"] = [given["click_id"]]
        super().__init__(*args, initial=given, **kwargs)

    def case(self) -> dict[str, Any]:
        """The case as rules are written: what was left empty is not asked for."""
        names = ("site", *PATTERNS, "click_id")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}


class RuleForm(CaseForm):
    """A rule with one case, or one case of a rule together with its channel."""

    channel = forms.CharField(
        label=_("The channel is"),
        max_length=40,
        widget=_Named,
        help_text=_("A code like paid_search. A new one makes a channel of your own."),
    )
    field_order = ("channel",)

    def rule(self) -> dict[str, Any]:
        """The whole rule, as rules are written."""
        return {"channel": self.cleaned_data["channel"].strip(), "cases": [self.case()]}
