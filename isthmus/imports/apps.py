from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "isthmus.imports"
    label = "imports"
