from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class QualityConfig(AppConfig):
    name = "isthmus.quality"
    label = "quality"

    def ready(self) -> None:
        load_room_commands("quality")
