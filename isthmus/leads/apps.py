from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class LeadsConfig(AppConfig):
    name = "isthmus.leads"
    label = "leads"

    def ready(self) -> None:
        load_room_commands("leads")
        from isthmus.leads import access, figures

        access.open_paths()
        figures.declare()
