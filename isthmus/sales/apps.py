from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class SalesConfig(AppConfig):
    name = "isthmus.sales"
    label = "sales"

    def ready(self) -> None:
        load_room_commands("sales")
        from isthmus.sales import access, figures, merging

        access.open_paths()
        figures.declare()
        merging.declare()
        _declare_merge_fields()
        from isthmus.sales.credit import deal_credit
        from isthmus.sales.day import answers, approvals, offering, renewals, sources
        from isthmus.sales.models import Deal, LearningItem
        from isthmus.workspace import records

        offering.offer("leads", sources.leads_waiting)
        offering.offer("tasks", sources.tasks_due)
        offering.offer("deals", sources.deals_unmoved)
        offering.offer("answers", answers.answers_waiting)
        offering.offer("approvals", approvals.approvals_waiting)
        offering.offer("renewals", renewals.renewals_coming)
        records.register(
            "deal",
            lambda actor: Deal.objects.visible_to(actor).select_related("account", "stage"),
            editing="deals.edit",
            credit=deal_credit,
            of_persons=lambda persons: Deal.objects.filter(person__in=persons).values_list("pk", flat=True),
        )
        # Files hang on learning items as on any record; they are nobody's.
        records.register(
            "learning",
            lambda actor: LearningItem.objects.visible_to(actor),
            editing="skills.edit",
            credit=lambda item: {},
        )


def _declare_merge_fields() -> None:
    """What mails may say of a deal."""
    from django.utils.translation import gettext_lazy as _

    from isthmus.messages.writing.fields import declare

    declare("deal.name", _("Deal"), "deal", lambda deal: deal.name)
