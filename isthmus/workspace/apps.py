from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class WorkspaceConfig(AppConfig):
    name = "isthmus.workspace"
    label = "workspace"

    def ready(self) -> None:
        load_room_commands("workspace")
        from isthmus.workspace import mirrored

        mirrored.declare()

        from isthmus.core import queue
        from isthmus.workspace.models import Company

        # Daily schedules keep the company's time; core cannot ask upward.
        queue.zone_from(lambda: Company.current().zone)
