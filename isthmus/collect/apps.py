from django.apps import AppConfig


class CollectConfig(AppConfig):
    name = "isthmus.collect"
    label = "collect"

    def ready(self) -> None:
        from isthmus.core.commands import load_room_commands
        from isthmus.ledger.collected import translate_with

        load_room_commands("collect")
        translate_with("isthmus.collect.translating.translator")
