from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "isthmus.metrics"
    label = "metrics"
