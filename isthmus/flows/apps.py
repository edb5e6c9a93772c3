from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "isthmus.flows"
    label = "flows"

    def ready(self) -> None:
        from isthmus.people.merging.pointers import stays
        from isthmus.people.models.search import PERSON

        why = "a run tells of whom it was about; whoever asks takes those merged into a person with them"
        stays(PERSON, "flows.FlowRun", "person_id", why)
