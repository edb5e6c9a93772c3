"""What selling costs: expenses that sellers enter, and what people are paid each month."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.sales.models import Deal
from isthmus.sales.models.targets import HeldQuerySet
from isthmus.workspace.scoping import Scoped


class Category(models.TextChoices):
    """What money was spent on."""

    TRAVEL = "travel", _("Travel")
    TOOLS = "tools", _("Tools")
    EVENT = "event", _("Event")
    MEALS = "meals", _("Meals")
    OTHER = "other", _("Other")


class ExpenseState(models.TextChoices):
    """Where an expense stands."""

    BOOKED = "booked", _("Waits")
    CORRECTED = "corrected", _("Corrected, waits")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Taken back")


WAITING = (ExpenseState.BOOKED, ExpenseState.CORRECTED)
COUNTED = (*WAITING, ExpenseState.APPROVED)


def _who() -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")


class Expense(Scoped):
    """Money that a seller (`owner`) spent on selling, before tax; perhaps for a deal; borne by a team.

    It costs from the day on which it was spent, until somebody refuses it or takes it back.
    """

    view_permission: ClassVar[str] = "expenses.view"

    on = models.DateField()
    category = models.CharField(max_length=6, choices=Category.choices)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    deal = models.ForeignKey(Deal, null=True, on_delete=models.PROTECT, related_name="expenses")
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=9, choices=ExpenseState.choices, default=ExpenseState.BOOKED)
    reason = models.CharField(max_length=300, blank=True)  # why it was refused
    decided_by = _who()
    decided_at = models.DateTimeField(null=True)
    booked_by = _who()
    booked_at = models.DateTimeField()
    stated = models.PositiveIntegerField(default=0)  # how often the ledger was told its amount
    # By what an import knows it again: a digest of its key there.
    external_id = models.CharField(max_length=32, unique=True, null=True)

    objects: ClassVar[Any] = HeldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(owner__isnull=False), name="money_expense_has_seller"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="money_expense_above_zero"),
        ]
        indexes = [
            models.Index(fields=["state", "on"], name="money_expense_state"),
            models.Index(fields=["owner", "on"], name="money_expense_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.on.isoformat()}"

    @property
    def counts(self) -> bool:
        """Whether it is a cost."""
        return self.state in COUNTED

    @property
    def waits(self) -> bool:
        """Whether somebody has to decide about it."""
        return self.state in WAITING


class ExpenseChange(models.Model):
    """What an expense was before an act, so that the act can be taken back."""

    expense = models.ForeignKey(Expense, on_delete=models.PROTECT, related_name="changes")
    act = models.CharField(max_length=9)
    before = models.JSONField()
    by = _who()
    at = models.DateTimeField()
    batch = models.CharField(max_length=36)

    class Meta:
        ordering = ["expense", "pk"]


class Salary(Scoped):
    """What a person (`owner`) costs each month from a month on; nothing from then on where it is empty.

    Of two for one month the newer holds.
    """

    view_permission: ClassVar[str] = "salaries.view"

    from_on = models.DateField()
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    set_by = _who()
    set_at = models.DateTimeField()
    batch = models.CharField(max_length=36)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = HeldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(owner__isnull=False), name="money_salary_has_person"),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="money_salary_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["batch"], name="money_salary_batch")]


class SalaryMonth(Scoped):
    """What the ledger was told of one person's month. No amount: it was told and taken back."""

    view_permission: ClassVar[str] = "salaries.view"

    month = models.DateField()  # its first day
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    stated = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = HeldQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "month"], name="money_salary_month_once")]
