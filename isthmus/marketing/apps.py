from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class MarketingConfig(AppConfig):
    name = "isthmus.marketing"
    label = "marketing"

    def ready(self) -> None:
        load_room_commands("marketing")
        from isthmus.marketing import figures

        figures.declare()
