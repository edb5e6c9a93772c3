from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class BulkConfig(AppConfig):
    name = "isthmus.bulk"
    label = "bulk"

    def ready(self) -> None:
        load_room_commands("bulk")
