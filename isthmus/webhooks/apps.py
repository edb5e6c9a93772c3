from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class WebhooksConfig(AppConfig):
    name = "isthmus.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        load_room_commands("webhooks")
