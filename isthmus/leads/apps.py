from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class LeadsConfig(AppConfig):
    name = "isthmus.leads"
    label = "leads"

    def ready(self) -> None:
        load_room_commands("leads")
        from isthmus.leads.access import open_paths

        open_paths()
