from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "isthmus.insight"
    label = "insight"
