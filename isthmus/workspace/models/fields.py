"""Custom fields: declared once, typed, used in lists, forms, filters, imports and metrics."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

MODELS = [("person", _("People")), ("account", _("Accounts")), ("lead", _("Leads")), ("deal", _("Deals"))]
TYPES = [
    ("text", _("Text")),
    ("number", _("Number")),
    ("date", _("Date")),
    ("flag", _("Yes or no")),
    ("choice", _("Choice")),
    ("country", _("Country")),
]
KINDS = [
    ("analytic", _("Analytic: a dimension of metrics")),
    ("identifying", _("Identifying: stays in the record, never in the ledger")),
]


class FieldDefinition(models.Model):
    """A field that a company added.

    Analytic ones are mirrored for metrics; identifying ones never leave SQL.
    """

    model = models.CharField(max_length=8, choices=MODELS)
    key = models.CharField(max_length=40, validators=[RegexValidator(r"^[a-z][a-z0-9_]*$")])
    label = models.CharField(max_length=80)
    type = models.CharField(max_length=8, choices=TYPES)
    kind = models.CharField(max_length=12, choices=KINDS)
    options = models.JSONField(default=list)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["model", "position", "key"]
        constraints = [models.UniqueConstraint(fields=["model", "key"], name="workspace_one_field_a_key")]

    def __str__(self) -> str:
        return self.label
