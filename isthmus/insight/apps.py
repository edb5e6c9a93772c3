from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class InsightConfig(AppConfig):
    name = "isthmus.insight"
    label = "insight"

    def ready(self) -> None:
        load_room_commands("insight")
