from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class FilesConfig(AppConfig):
    name = "isthmus.files"
    label = "files"

    def ready(self) -> None:
        load_room_commands("files")
