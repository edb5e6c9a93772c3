from importlib import import_module

from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class PeopleConfig(AppConfig):
    name = "isthmus.people"
    label = "people"

    def ready(self) -> None:
        for topic in ("people", "people.merging", "people.duplicates"):
            load_room_commands(topic)
        import_module("isthmus.people.reassigning")
        import_module("isthmus.people.disclosing")  # Their commands register themselves.
        import_module("isthmus.people.erasing")
        import_module("isthmus.people.joined_visitors")
        from isthmus.people import mirrored
        from isthmus.people.merging import pointers

        mirrored.declare()
        pointers.declare()
        from isthmus.people.credit import credit_of
        from isthmus.people.models import Account, Person
        from isthmus.workspace import records

        records.register(
            "person",
            lambda actor: Person.objects.visible_to(actor).present(),
            editing="people.edit",
            credit=credit_of,
            of_persons=lambda persons: persons,
            merging=Person,
        )
        records.register(
            "account",
            lambda actor: Account.objects.visible_to(actor).present(),
            editing="accounts.edit",
            credit=credit_of,
            merging=Account,
        )
