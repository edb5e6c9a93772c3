"""The sample company as it stands still: its people, products, markets, campaigns. All invented."""

from dataclasses import dataclass
from decimal import Decimal

COMPANY = "Tarnfell Instruments"
BASE_CURRENCY = "EUR"
TIME_ZONE = "Europe/Stockholm"


@dataclass(frozen=True)
class Market:
    """A country: its territory, currency, language, and share of enquiries."""

    country: str
    territory: str
    currency: str
    share: float
    cities: tuple[str, ...]
    phone: str
    locale: str


MARKETS = (
    Market("SE", "Nordics", "SEK", 0.22, ("Gothenburg", "Malmö", "Uppsala", "Örebro"), "+46", "sv-SE"),
    Market("DK", "Nordics", "EUR", 0.09, ("Aarhus", "Odense", "Esbjerg"), "+45", "da-DK"),
    Market("FI", "Nordics", "EUR", 0.08, ("Tampere", "Turku", "Lahti"), "+358", "fi-FI"),
    Market("DE", "DACH", "EUR", 0.27, ("Bremen", "Nürnberg", "Kassel", "Ulm"), "+49", "de-DE"),
    Market("AT", "DACH", "EUR", 0.07, ("Graz", "Linz"), "+43", "de-AT"),
    Market("CH", "DACH", "CHF", 0.08, ("Winterthur", "Thun"), "+41", "de-CH"),
    Market("NL", "Benelux", "EUR", 0.12, ("Utrecht", "Breda", "Zwolle"), "+31", "nl-NL"),
    Market("BE", "Benelux", "EUR", 0.07, ("Ghent", "Leuven"), "+32", "nl-BE"),
)
TERRITORIES = {
    "Europe": (None, ()),
    "Nordics": ("Europe", ("SE", "DK", "FI", "NO")),
    "DACH": ("Europe", ("DE", "AT", "CH")),
    "Benelux": ("Europe", ("NL", "BE", "LU")),
}


@dataclass(frozen=True)
class Staff:
    """Somebody who works there.

    `skill` shifts the odds of winning, `slowness` multiplies hours to a reply; `joins` and `leaves` are
    shares of the history.
    """

    email: str
    name: str
    role: str
    team: str | None
    territory: str | None = None
    skill: float = 0.0
    slowness: float = 1.0
    joins: float = 0.0
    leaves: float | None = None


TEAMS = {"Sales": None, "Sales North": "Sales", "Sales Central": "Sales", "Marketing": None}
STAFF = (
    Staff("sam@tarnfell.example", "Sam Duarte", "manager", "Sales"),
    Staff("olga@tarnfell.example", "Olga Brandt", "admin", None),
    Staff("mia@tarnfell.example", "Mia Lindholm", "marketer", "Marketing"),
    Staff("ada@tarnfell.example", "Ada Kessler", "analyst", None),
    Staff("rita@tarnfell.example", "Rita Okafor", "seller", "Sales North", "Nordics", 0.45, 0.6),
    Staff("johan@tarnfell.example", "Johan Ek", "seller", "Sales North", "Nordics", 0.0, 1.0, leaves=0.55),
    Staff("tove@tarnfell.example", "Tove Alm", "seller", "Sales North", "Nordics", 0.1, 1.0, joins=0.6),
    Staff("pia@tarnfell.example", "Pia Virtanen", "seller", "Sales North", "Nordics", -0.2, 1.4),
    Staff("lukas@tarnfell.example", "Lukas Bauer", "seller", "Sales Central", "DACH", 0.3, 0.8),
    Staff("hanna@tarnfell.example", "Hanna Vogt", "seller", "Sales Central", "DACH", 0.05, 1.1),
    Staff("emil@tarnfell.example", "Emil Frei", "seller", "Sales Central", "DACH", -0.35, 2.2),
    Staff("jana@tarnfell.example", "Jana Roth", "seller", "Sales Central", "DACH", 0.2, 0.9, joins=0.7),
    Staff("sanne@tarnfell.example", "Sanne de Wit", "seller", "Sales Central", "Benelux", 0.15, 0.9),
    Staff("bram@tarnfell.example", "Bram Claes", "seller", "Sales Central", "Benelux", -0.1, 1.2),
)


@dataclass(frozen=True)
class ProductLine:
    """Something sold: its typical price in euro and how often it is what people ask for."""

    sku: str
    name: str
    family: str
    price: Decimal
    share: float


PRODUCTS = (
    ProductLine("CIP-100", "Rinse probe", "Probes", Decimal(1180), 0.34),
    ProductLine("CIP-200", "Rinse probe, sanitary", "Probes", Decimal(2450), 0.26),
    ProductLine("GW-10", "Gateway", "Systems", Decimal(3900), 0.16),
    ProductLine("LINE-3", "Line set, three probes and gateway", "Systems", Decimal(9800), 0.15),
    ProductLine("CAL-1", "Calibration, one year", "Services", Decimal(640), 0.09),
)
STAGES = (("Discovery", 0.2, 14), ("Evaluation", 0.35, 21), ("Proposal", 0.55, 21), ("Negotiation", 0.75, 14))


RETURN_REASONS = (
    ("too_small", 0.33),
    ("no_budget", 0.22),
    ("unreachable", 0.18),
    ("wrong_market", 0.12),
    ("no_need", 0.15),
)
LOSS_REASONS = (
    ("price", 0.28),
    ("no_decision", 0.24),
    ("competitor", 0.18),
    ("timing", 0.16),
    ("unresponsive", 0.14),
)
NOTES = (
    "Runs three filling lines; two of them older than ten years.",
    "The plant director owns the budget. Quality wants it before the audit.",
    "Asked for the calibration certificates and who else uses them.",
    "Compares with manual sampling; wants to see the numbers from a similar plant.",
    "Has a service window in six weeks; installation must fit.",
    "Worried about the gateway on their network. Sent the data sheet.",
)
OBJECTIONS = (
    ("None", 0.30),
    ("Price", 0.26),
    ("Network security", 0.16),
    ("Wait for the audit", 0.16),
    ("Happy with sampling", 0.12),
)
