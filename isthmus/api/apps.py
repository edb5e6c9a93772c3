from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "isthmus.api"
    label = "api"
