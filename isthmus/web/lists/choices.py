"""The filters that several lists share: owner, team, territory, channel, campaign, custom fields."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.collect.channels.names import channel_name
from isthmus.core.actors import Actor
from isthmus.marketing.models import Campaign
from isthmus.web.lists.filters import Days, Filter, Flag, OneOf, Span, Words
from isthmus.workspace.models import FieldDefinition, Team, Territory, User
from isthmus.workspace.trees import branches

NOBODY, ME = "nobody", "me"


def owner_filter(actor: Actor) -> OneOf:
    """By owner: oneself, nobody, or anybody who works here."""

    def options() -> Sequence[tuple[str, str]]:
        users = User.objects.filter(is_active=True).order_by("name").values_list("pk", "name")
        named = [(str(pk), name) for pk, name in users if pk != actor.id]
        return [(ME, _("Me")), (NOBODY, _("Nobody")), *named]

    def find(values: Sequence[str]) -> Q:
        ids = [actor.id if value == ME else int(value) for value in values if value != NOBODY]
        condition = Q(owner__in=ids)
        return condition | Q(owner=None) if NOBODY in values else condition

    def named(values: Sequence[Any]) -> dict[Any, str]:
        users = User.objects.filter(pk__in=values).order_by("name", "pk").values_list("pk", "name")
        return dict(sorted(users, key=lambda one: one[0] != actor.id))

    def choice_of(value: Any) -> str:
        return NOBODY if value is None else ME if value == actor.id else str(value)

    return OneOf("owner", gettext_lazy("Owner"), _once(options), find, "owner_id", named, choice_of)


def team_filter() -> OneOf:
    """By team, the teams below it included."""
    return _tree_filter("team", gettext_lazy("Team"), Team)


def territory_filter() -> OneOf:
    """By territory, the territories inside it included."""
    return _tree_filter("territory", gettext_lazy("Territory"), Territory)


def campaign_filter() -> OneOf:
    """By campaign."""

    def options() -> Sequence[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Campaign.objects.order_by("name").values_list("pk", "name")]

    return OneOf(
        "campaign",
        gettext_lazy("Campaign"),
        _once(options),
        lambda values: Q(campaign_id__in=list(map(int, values))),
        by="campaign_id",
    )


def channel_filter(model: Any) -> OneOf:
    """By channel: those that rows of the model carry."""

    def options() -> Sequence[tuple[str, str]]:
        key = f"channels-of-{model._meta.label_lower}"
        known = cache.get(key)
        if known is None:
            known = sorted(
                set(model.objects.exclude(channel="").order_by().values_list("channel", flat=True).distinct())
            )
            cache.set(key, known, 60)
        return [(name, channel_text(name)) for name in known]

    return OneOf(
        "channel",
        gettext_lazy("Channel"),
        _once(options),
        lambda values: Q(channel__in=values),
        by="channel",
    )


def channel_text(channel: str) -> str:
    """A channel's code as words: `paid_search` is "Paid search"."""
    return channel_name(channel)


def choice_filter(key: str, label: Any, options: Sequence[tuple[str, Any]], lookup: str) -> OneOf:
    """By a field with a fixed list of values."""
    return OneOf(
        key,
        label,
        lambda: [(value, str(text)) for value, text in options],
        lambda values: Q(**{f"{lookup}__in": values}),
        by=lookup,
    )


def custom_filters(definitions: Sequence[FieldDefinition]) -> list[Filter]:
    """One filter for each custom field, by its type."""
    return [_custom_filter(definition) for definition in definitions]


def _custom_filter(field: FieldDefinition) -> Filter:
    key, lookup = f"custom_{field.key}", f"custom__{field.key}"
    if field.type == "choice":
        options = [(str(option), str(option)) for option in field.options]
        return OneOf(
            key,
            field.label,
            lambda: options,
            lambda values: _any(Q(**{lookup: value}) for value in values),
            by=lookup,
        )
    if field.type == "flag":
        return Flag(key, field.label, lambda yes: Q(**{lookup: True}) if yes else Q(**{lookup: False}))
    if field.type == "number":
        return Span(key, field.label, lookup, read=lambda text: float(Decimal(text)))
    if field.type == "date":
        return Days(key, field.label, lookup, over="texts")
    if field.type == "country":
        return Words(key, field.label, lookup, exactly=True)
    return Words(key, field.label, lookup)


def _tree_filter(key: str, label: Any, model: Any) -> OneOf:
    def options() -> Sequence[tuple[str, str]]:
        return [(str(one.pk), one.indented) for one in branches(model)]

    def find(values: Sequence[str]) -> Q:
        wanted = {int(value) for value in values}
        within = [one.pk for one in branches(model) if wanted.intersection(one.path)]
        return Q(**{f"{key}__in": within})

    return OneOf(key, label, _once(options), find, by=f"{key}_id", exact=False)


def _any(conditions: Any) -> Q:
    union = Q(pk__in=[])
    for condition in conditions:
        union |= condition
    return union


def _once(options: Any) -> Any:
    # A filter lives for one request; its options are read once, by whoever needs them first.
    kept: list[Any] = []

    def read() -> Any:
        if not kept:
            kept.append(options())
        return kept[0]

    return read
