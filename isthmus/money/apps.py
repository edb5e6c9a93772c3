from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class MoneyConfig(AppConfig):
    name = "isthmus.money"
    label = "money"

    def ready(self) -> None:
        load_room_commands("money")
