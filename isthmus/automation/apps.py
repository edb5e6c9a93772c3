from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class AutomationConfig(AppConfig):
    name = "isthmus.automation"
    label = "automation"

    def ready(self) -> None:
        load_room_commands("automation")
        from isthmus.automation.acting import actor_of_run, mind_pressure, values_of_run
        from isthmus.automation.models import KIND
        from isthmus.flows.kinds import FlowKind, register
        from isthmus.people import pressure

        register(FlowKind(KIND, values=values_of_run, actor=actor_of_run, before_act=mind_pressure))
        pressure.counts("message.sent")
        pressure.counts("activity.logged", lambda values: values.get("kind") == "call")
