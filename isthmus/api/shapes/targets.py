"""Quotas and commitments in JSON."""

from datetime import date, datetime

from isthmus.api.shapes.base import Amount, Shape, shape_of
from isthmus.sales.models import Commitment, Quota


@shape_of(Quota, "quota")
class QuotaShape(Shape):
    """What a seller (`owner_id`), team or territory is to bring in a month, as it was set at one time."""

    id: int
    holder: str
    owner_id: int | None
    team_id: int | None
    territory_id: int | None
    metric: str
    product_id: int | None
    month: date
    amount: Amount | None
    set_by_id: int | None
    set_at: datetime
    note: str


@shape_of(Commitment, "commitment")
class CommitmentShape(Shape):
    """What a seller promised for a period, or what their manager put beside it."""

    id: int
    kind: str
    owner_id: int
    period: str
    amount: Amount | None
    note: str
    made_by_id: int | None
    made_at: datetime
