"""Reading the company's rules."""

from isthmus.collect.models import ChannelRules
from isthmus.core.actors import Actor


def edition_for(actor: Actor) -> ChannelRules | None:
    """The newest edition of the rules, with who wrote it; none while nobody wrote any."""
    if not actor.allows("sources.edit"):
        return None
    return ChannelRules.objects.select_related("made_by").order_by("-pk").first()
