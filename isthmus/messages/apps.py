from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class MessagesConfig(AppConfig):
    name = "isthmus.messages"
    label = "mail"  # Django has an app of the other name.

    def ready(self) -> None:
        load_room_commands("messages")
        from isthmus.messages import access, merging

        merging.declare()
        access.declare()
