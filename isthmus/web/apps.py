from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "isthmus.web"
    label = "web"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from isthmus.web.overview import prepared

        post_migrate.connect(prepared.forget_all, sender=self)
