"""I2 of collected events: what was acknowledged became a fact, was a repeat, or is kept for repair."""

from typing import Any

from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _

from isthmus.collect.models import Quarantined, Source, SourceCount
from isthmus.ledger.models import Unit
from isthmus.ledger.position import one_database_snapshot
from isthmus.ledger.reading import snapshot


def check() -> list[str]:
    """One sentence for each source whose counts do not add up, and one when units hold other counts.

    Of each source: acknowledged + replayed = facts + duplicates + quarantined, whatever became of those in
    quarantine since. Both sides are told when a segment is sealed: what waits to be sealed is not counted.
    """
    with one_database_snapshot():
        counts = (
            SourceCount.objects.order_by()
            .values("source")
            .annotate(
                told=Sum(F("acknowledged") + F("replayed")),
                came=Sum(F("facts") + F("duplicates") + F("quarantined")),
                read=Sum("facts"),
                aside=Sum("quarantined"),
            )
        )
        by_source: dict[int, dict[str, Any]] = {row["source"]: dict(row) for row in counts}
        counted = {source: int(row["aside"]) for source, row in by_source.items()}
        rows = Quarantined.objects.order_by().values_list("source").annotate(Count("pk"))
        aside: dict[int, int] = dict(rows)
        names = dict(Source.objects.values_list("pk", "name"))
        sealed = Unit.objects.filter(kind=Unit.Kind.SEAL).aggregate(sum=Sum("collected"))["sum"] or 0
    found = [
        _(
            "Source “%(source)s” had %(told)d events acknowledged or sent again, but %(came)d became facts, "
            "were repeats or are in quarantine. Restore the "
            "data folder and the database from the same backup."
        )
        % {"source": names[source], "told": row["told"], "came": row["came"]}
        for source, row in sorted(by_source.items())
        if row["told"] != row["came"]
    ]
    found += [
        _("Source “%(source)s” has %(rows)d events in quarantine, but %(counted)d were counted.")
        % {"source": names[source], "rows": count, "counted": counted.get(source, 0)}
        for source, count in sorted(aside.items())
        if count > counted.get(source, 0)
    ]
    sealed += _streamed()
    facts = sum(row["read"] for row in by_source.values())
    if facts != sealed:
        found.append(
            _("Sources have %(facts)d facts, but sealed units hold %(sealed)d collected ones.")
            % {"facts": facts, "sealed": sealed}
        )
    return found


def _streamed() -> int:
    """The facts of sources that came as a stream, as the sample company's do: past the receiver."""
    units = list(Unit.objects.filter(kind=Unit.Kind.STREAM).values_list("number", flat=True))
    if not units:
        return 0
    listed = ", ".join(map(str, units))
    with snapshot() as facts:
        rows = facts.execute(
            f"SELECT count(*) FROM facts WHERE unit IN ({listed}) AND source_id IS NOT NULL"  # noqa: S608
        ).fetchall()
    return int(rows[0][0])
