from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class HandoffConfig(AppConfig):
    name = "isthmus.handoff"
    label = "handoff"

    def ready(self) -> None:
        load_room_commands("handoff")
