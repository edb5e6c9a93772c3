from django.apps import AppConfig

from isthmus.core.commands import load_room_commands


class MarketingConfig(AppConfig):
    name = "isthmus.marketing"
    label = "marketing"

    def ready(self) -> None:
        load_room_commands("marketing")
        from isthmus.collect.campaigns import tell_campaigns
        from isthmus.marketing import figures
        from isthmus.marketing.tagging import campaigns_tagged

        figures.declare()
        tell_campaigns(campaigns_tagged)
