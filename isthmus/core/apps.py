from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "isthmus.core"
    label = "core"
