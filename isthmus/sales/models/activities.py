"""Calls, meetings, mails and notes: what sellers did with one person."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.leads.models import Lead
from isthmus.people.models import Account, Person
from isthmus.sales.models.deals import Deal
from isthmus.workspace.scoping import Scoped, ScopedQuerySet

KINDS = [("call", _("Call")), ("meeting", _("Meeting")), ("mail", _("Mail")), ("note", _("Note"))]


class Activity(Scoped):
    """One dealing with one person, by its owner."""

    view_permission: ClassVar[str] = "leads.view"

    kind = models.CharField(max_length=8, choices=KINDS)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="activities")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="activities")
    lead = models.ForeignKey(Lead, null=True, on_delete=models.PROTECT, related_name="activities")
    deal = models.ForeignKey(Deal, null=True, on_delete=models.PROTECT, related_name="activities")
    text = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()
    external_id = models.CharField(max_length=120, null=True, unique=True)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "activities"
        indexes = [models.Index(fields=["person", "-at"], name="sales_activity_person")]
