from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "isthmus.metrics"
    label = "metrics"

    def ready(self) -> None:
        from isthmus.metrics import names

        names.register_workspace()
