from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class LeadsConfig(AppConfig):
    name = "isthmus.leads"
    label = "leads"

    def ready(self) -> None:
        load_room_commands("leads")
        from isthmus.leads import access, figures, merging

        access.open_paths()
        figures.declare()
        merging.declare()
        from isthmus.leads.credit import credit_of
        from isthmus.leads.models import Lead
        from isthmus.workspace import records

        records.register(
            "lead",
            lambda actor: (
                Lead.objects.visible_to(actor).filter(person__erased_at=None).select_related("person")
            ),
            editing="leads.edit",
            credit=credit_of,
            of_persons=lambda persons: Lead.objects.filter(person__in=persons).values_list("pk", flat=True),
        )
