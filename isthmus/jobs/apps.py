from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "isthmus.jobs"
    label = "jobs"
