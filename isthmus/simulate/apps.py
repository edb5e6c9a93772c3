from django.apps import AppConfig


class SimulateConfig(AppConfig):
    name = "isthmus.simulate"
    label = "simulate"
