from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class WorkspaceConfig(AppConfig):
    name = "isthmus.workspace"
    label = "workspace"

    def ready(self) -> None:
        load_room_commands("workspace")
