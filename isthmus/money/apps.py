from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class MoneyConfig(AppConfig):
    name = "isthmus.money"
    label = "money"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        load_room_commands("money")
        from isthmus.money.commission import keeping

        post_migrate.connect(keeping.forget, sender=self)
        _declare_expenses()


def _declare_expenses() -> None:
    """Expenses as records: receipts are attached to them, and are seen by who sees the expense."""
    from isthmus.money.models import Expense
    from isthmus.workspace import records

    records.register(
        "expense",
        lambda actor: Expense.objects.visible_to(actor),
        editing="expenses.edit",
        credit=lambda expense: {"owner": expense.owner_id, "team": expense.team_id},
    )
