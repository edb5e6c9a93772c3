from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "isthmus.metrics"
    label = "metrics"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from isthmus.metrics import kept, names

        names.register_names()
        post_migrate.connect(kept.forget_all, sender=self)
