from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class TerritoriesConfig(AppConfig):
    name = "isthmus.territories"
    label = "territories"

    def ready(self) -> None:
        load_room_commands("territories")
        from isthmus.bulk.running import on_finished, on_preparing
        from isthmus.people import placing as of_people
        from isthmus.people.merging.pointers import stays
        from isthmus.people.models.search import ACCOUNT
        from isthmus.territories.placing import placing_now
        from isthmus.territories.telling import tell_new_owners
        from isthmus.territories.working import prepare

        of_people.rules = placing_now
        hand = (
            "Who stays lies where it lay; what a hand did with the other one is there when they are parted."
        )
        stays(ACCOUNT, "territories.HandPlaced", "account", hand)
        if tell_new_owners not in on_finished:
            on_finished.append(tell_new_owners)
            on_preparing.append(prepare)
