"""Rows that come after a merge for somebody who was merged away: noted, so that they go back with them."""

from collections.abc import Iterable

from isthmus.core.rows import insert_rows
from isthmus.people.models import Merge, MergedRow

Later = tuple[str, int, int]  # place ("leads.Lead.person"), row, the one who was known by what it came with


def note_later_rows(party: int, rows: Iterable[Later]) -> None:
    """Remember rows with every open merge between their rightful one and the one who stands for it now."""
    wanted = list(rows)
    while wanted:
        merges = Merge.objects.filter(
            party=party, lost_id__in={origin for _place, _row, origin in wanted}, undone_at=None
        )
        open_now = {merge.lost_id: merge for merge in merges}
        within = [(place, row, open_now[origin]) for place, row, origin in wanted if origin in open_now]
        insert_rows(
            MergedRow(merge=merge, place=place, row_id=row, came_later=True) for place, row, merge in within
        )
        wanted = [(place, row, merge.kept_id) for place, row, merge in within]
