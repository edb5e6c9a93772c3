from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "isthmus.ledger"
    label = "ledger"
