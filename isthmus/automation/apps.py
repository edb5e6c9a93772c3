from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class AutomationConfig(AppConfig):
    name = "isthmus.automation"
    label = "automation"

    def ready(self) -> None:
        load_room_commands("automation")
        from isthmus.automation.acting import actor_of_run, values_of_run
        from isthmus.automation.models import KIND
        from isthmus.flows.kinds import FlowKind, register

        register(FlowKind(KIND, values=values_of_run, actor=actor_of_run))
