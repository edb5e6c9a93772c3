"""What one enquiry's story is made of."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass
class Touch:
    """A visit before the one in which somebody enquired."""

    source: int
    at: datetime


@dataclass
class Sale:
    """An order of a won deal, of a customer who came back, or one placed online by itself."""

    at: datetime
    lines: list[tuple[int, int, Decimal]]  # product index, quantity, amount
    paid_at: datetime | None
    refunded_at: datetime | None
    refund_share: float
    online: bool = False


@dataclass
class Dealing:
    """A deal's story after acceptance."""

    opened_at: datetime
    moves: list[datetime]
    ended_at: datetime
    won: bool
    loss_reason: str
    amount: Decimal
    calls: list[datetime]
    sales: list[Sale] = field(default_factory=list)


@dataclass
class Crossing:
    """One pass over the crossing: qualified, handed over, contacted, decided."""

    qualified_at: datetime
    score: int
    handed_over_at: datetime
    contacted_at: datetime | None
    decided_at: datetime
    return_reason: str  # empty: accepted
    recycled_at: datetime | None

    @property
    def hours(self) -> float:
        """Hours that the lead waited for its first contact."""
        if self.contacted_at is None:
            return 72.0
        return (self.contacted_at - self.handed_over_at).total_seconds() / 3600


@dataclass
class Terms:
    """What a deal would be about, whoever serves it and whenever."""

    quantity: int
    amount: Decimal
    discount: float
    price: float
    objection: str


@dataclass
class Voice:
    """What a customer said of us: an answer to our question or a review elsewhere."""

    at: datetime
    kind: str
    score: int
    text: str


@dataclass
class Story:
    """One lead from its first moment to its last.

    `cause` is the source that truly moved somebody to enquire, `source` the one by which they came at last.
    """

    number: int
    at: datetime
    cause: int
    source: int
    market: int
    product: int
    quality: float
    full_name: str
    email: str
    phone: str
    title: str
    company: str
    domain: str
    industry: str
    size: int
    city: str
    consent: bool
    form: int
    on_site: bool
    terms: Terms
    rival: float
    touches: list[Touch] = field(default_factory=list)
    visitor: int = 0  # the number of the story whose browser this one's is
    seller: int = -1
    satisfaction: float = 0.0
    disqualified_at: datetime | None = None
    crossings: list[Crossing] = field(default_factory=list)
    dealing: Dealing | None = None
    online_sales: list[Sale] = field(default_factory=list)
    voices: list[Voice] = field(default_factory=list)
    dice: list[float] = field(default_factory=list)

    @property
    def sales(self) -> list[Sale]:
        """All orders."""
        return [*self.online_sales, *(self.dealing.sales if self.dealing else [])]
