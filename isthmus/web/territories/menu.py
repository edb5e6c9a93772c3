"""The menu of territories."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from isthmus.web.filters import changed_query
from isthmus.web.pieces import Choice
from isthmus.workspace.models import Territory
from isthmus.workspace.trees import branches


@dataclass(frozen=True)
class TerritoryMenu:
    """The territories one may choose, and the name of the chosen one."""

    text: str
    choices: list[Choice]


def territory_menu(query: QueryDict) -> TerritoryMenu:
    """All territories with the address of this page in each; a child is set in under its parent."""
    asked = query.get("territory", "")
    everywhere = _("All territories")
    text = everywhere
    choices = [Choice(everywhere, changed_query(query, territory="all", after=None), asked in ("", "all"))]
    for territory in branches(Territory):
        current = asked == str(territory.pk)
        if current:
            text = territory.name
        href = changed_query(query, territory=territory.pk, after=None)
        choices.append(Choice(territory.indented, href, current))
    return TerritoryMenu(text, choices)
