from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class ImportsConfig(AppConfig):
    name = "isthmus.imports"
    label = "imports"

    def ready(self) -> None:
        load_room_commands("imports")
        from isthmus.imports import merging

        merging.declare()
