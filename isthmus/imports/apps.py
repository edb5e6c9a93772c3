from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class ImportsConfig(AppConfig):
    name = "isthmus.imports"
    label = "imports"

    def ready(self) -> None:
        load_room_commands("imports")
        import isthmus.imports.starting  # noqa: F401  (registers its commands)
        from isthmus.imports import merging

        merging.declare()
