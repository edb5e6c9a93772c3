"""The sample company as it stands still: its people, products, markets, campaigns. All invented."""

from dataclasses import dataclass
from decimal import Decimal

COMPANY = "Tarnfell Instruments"
BASE_CURRENCY = "EUR"
TIME_ZONE = "Europe/Stockholm"


@dataclass(frozen=True)
class Market:
    """A country: its territory, currency, and share of enquiries."""

    country: str
    territory: str
    currency: str
    share: float
    cities: tuple[str, ...]
    phone: str


MARKETS = (
    Market("SE", "Nordics", "SEK", 0.22, ("Gothenburg", "Malmö", "Uppsala", "Örebro"), "+46"),
    Market("DK", "Nordics", "EUR", 0.09, ("Aarhus", "Odense", "Esbjerg"), "+45"),
    Market("FI", "Nordics", "EUR", 0.08, ("Tampere", "Turku", "Lahti"), "+358"),
    Market("DE", "DACH", "EUR", 0.27, ("Bremen", "Nürnberg", "Kassel", "Ulm"), "+49"),
    Market("AT", "DACH", "EUR", 0.07, ("Graz", "Linz"), "+43"),
    Market("CH", "DACH", "CHF", 0.08, ("Winterthur", "Thun"), "+41"),
    Market("NL", "Benelux", "EUR", 0.12, ("Utrecht", "Breda", "Zwolle"), "+31"),
    Market("BE", "Benelux", "EUR", 0.07, ("Ghent", "Leuven"), "+32"),
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

    `skill` shifts the odds of winning, `slowness` multiplies hours to a reply.
    """

    email: str
    name: str
    role: str
    team: str | None
    territory: str | None = None
    skill: float = 0.0
    slowness: float = 1.0


TEAMS = {"Sales": None, "Sales North": "Sales", "Sales Central": "Sales", "Marketing": None}
STAFF = (
    Staff("sam@tarnfell.example", "Sam Duarte", "manager", "Sales"),
    Staff("olga@tarnfell.example", "Olga Brandt", "admin", None),
    Staff("mia@tarnfell.example", "Mia Lindholm", "marketer", "Marketing"),
    Staff("ada@tarnfell.example", "Ada Kessler", "analyst", None),
    Staff("rita@tarnfell.example", "Rita Okafor", "seller", "Sales North", "Nordics", 0.45, 0.6),
    Staff("johan@tarnfell.example", "Johan Ek", "seller", "Sales North", "Nordics", 0.0, 1.0),
    Staff("pia@tarnfell.example", "Pia Virtanen", "seller", "Sales North", "Nordics", -0.2, 1.4),
    Staff("lukas@tarnfell.example", "Lukas Bauer", "seller", "Sales Central", "DACH", 0.3, 0.8),
    Staff("hanna@tarnfell.example", "Hanna Vogt", "seller", "Sales Central", "DACH", 0.05, 1.1),
    Staff("emil@tarnfell.example", "Emil Frei", "seller", "Sales Central", "DACH", -0.35, 2.2),
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


@dataclass(frozen=True)
class Source:
    """A campaign on a channel: how many enquiries it brings, how good, and what it delivers and costs.

    `weight`: share of all enquiries while it runs; `quality`: mean of the enquiries' hidden quality;
    `impressions` and `clicks`: for each enquiry; `cost`: euro for a click, nought where nobody pays.
    `from_day` and `to_day` are shares of the two years.
    """

    campaign: str
    channel: str
    utm_source: str
    utm_medium: str
    landing_page: str
    weight: float
    quality: float
    impressions: int
    clicks: int
    cost: float
    from_day: float = 0.0
    to_day: float = 1.0


SOURCES = (
    Source(
        "Clean in place, measured", "paid_search", "google", "cpc", "/rinse-water", 0.17, 0.10, 3900, 52, 1.9
    ),
    Source(
        "Brewery season", "paid_search", "google", "cpc", "/breweries", 0.09, 0.15, 3600, 47, 2.3, 0.3, 1.0
    ),
    Source(
        "Why rinses fail",
        "paid_social",
        "linkedin",
        "paid_social",
        "/failed-rinses",
        0.16,
        -0.55,
        5200,
        61,
        2.6,
    ),
    Source(
        "Dairy plant stories",
        "paid_social",
        "linkedin",
        "paid_social",
        "/dairies",
        0.11,
        -0.40,
        5000,
        58,
        2.7,
        0.45,
        1.0,
    ),
    Source("Site", "organic_search", "google", "organic", "/probes", 0.20, 0.35, 3400, 44, 0.0),
    Source(
        "Rinse water, in numbers",
        "email",
        "newsletter",
        "email",
        "/rinse-water-in-numbers",
        0.10,
        0.25,
        1900,
        31,
        0.0,
    ),
    Source("Brau trade fair", "event", "brau", "event", "/brau", 0.05, 0.55, 700, 14, 6.5, 0.0, 1.0),
    Source("Partner plants", "partner", "partners", "referral", "/partners", 0.05, 0.75, 500, 11, 0.0),
    Source("Word of mouth", "referral", "customers", "referral", "/contact", 0.07, 0.65, 260, 9, 0.0),
)

GIVEN = {
    "SE": [
        "Astrid",
        "Björn",
        "Cecilia",
        "David",
        "Ebba",
        "Fredrik",
        "Greta",
        "Henrik",
        "Ida",
        "Jonas",
        "Karin",
        "Lars",
        "Maja",
        "Nils",
    ],
    "DK": [
        "Anders",
        "Birgitte",
        "Camilla",
        "Esben",
        "Freja",
        "Gitte",
        "Henning",
        "Ingrid",
        "Jesper",
        "Kirsten",
        "Mads",
        "Nanna",
    ],
    "FI": [
        "Aino",
        "Eero",
        "Hanna",
        "Ilkka",
        "Jaana",
        "Kalle",
        "Leena",
        "Mikko",
        "Niina",
        "Olli",
        "Päivi",
        "Risto",
    ],
    "DE": [
        "Anke",
        "Bernd",
        "Claudia",
        "Dirk",
        "Elke",
        "Frank",
        "Gesa",
        "Holger",
        "Ines",
        "Jürgen",
        "Katrin",
        "Lutz",
        "Monika",
        "Uwe",
    ],
    "AT": ["Alois", "Brigitte", "Christian", "Doris", "Erwin", "Franziska", "Georg", "Helga"],
    "CH": ["Andrin", "Beatrice", "Curdin", "Denise", "Flurin", "Gabriela", "Reto", "Ursina"],
    "NL": [
        "Annelies",
        "Bas",
        "Carlijn",
        "Daan",
        "Esther",
        "Floris",
        "Ilse",
        "Joost",
        "Lotte",
        "Maarten",
        "Noor",
        "Pieter",
    ],
    "BE": ["An", "Bart", "Griet", "Jef", "Kaat", "Luc", "Mieke", "Pol", "Tine", "Wim"],
}
FAMILY = {
    "SE": [
        "Ahlgren",
        "Bergvall",
        "Dahlin",
        "Ekman",
        "Fors",
        "Granath",
        "Holm",
        "Lundin",
        "Nyström",
        "Sandell",
        "Wiklund",
    ],
    "DK": ["Bach", "Dalgaard", "Friis", "Holst", "Juhl", "Kjær", "Lund", "Møller", "Skov", "Toft"],
    "FI": ["Aalto", "Hakala", "Järvi", "Koski", "Lahtinen", "Mäki", "Niemi", "Ranta", "Salo", "Vuori"],
    "DE": [
        "Albers",
        "Brandt",
        "Decker",
        "Ehlers",
        "Falk",
        "Gerlach",
        "Heine",
        "Jansen",
        "Krüger",
        "Lorenz",
        "Nolte",
        "Pohl",
        "Seidel",
    ],
    "AT": ["Aigner", "Berger", "Ebner", "Haas", "Leitner", "Moser", "Pichler", "Steiner"],
    "CH": ["Ammann", "Caduff", "Frei", "Gerber", "Keller", "Lüthi", "Meier", "Zbinden"],
    "NL": ["Bakker", "Dekker", "Hendriks", "Kok", "Mulder", "Postma", "Smit", "Visser", "Willems"],
    "BE": ["Claes", "Declercq", "Goossens", "Jacobs", "Lambrecht", "Maes", "Peeters", "Wouters"],
}
TITLES = (
    "Head of quality",
    "Plant director",
    "Process engineer",
    "Maintenance lead",
    "Buyer",
    "Master brewer",
    "Lab manager",
    "Production manager",
)
INDUSTRIES = (("Brewery", 0.42), ("Dairy", 0.27), ("Beverages", 0.16), ("Food", 0.10), ("Pharma", 0.05))
FIRM_FIRST = [
    "Nord",
    "Alt",
    "Blau",
    "Elb",
    "Fjord",
    "Grön",
    "Hof",
    "Isar",
    "Kron",
    "Lind",
    "Mark",
    "Ost",
    "Rein",
    "Sten",
    "Ström",
    "Tal",
    "Vester",
    "Wald",
    "Berg",
    "Silber",
    "Ahorn",
    "Birk",
    "Eichen",
    "Falken",
    "Gold",
    "Hasel",
    "Jord",
    "Kalk",
    "Lerchen",
    "Mühl",
    "Neu",
    "Ober",
    "Quell",
    "Rosen",
    "Sonn",
    "Tannen",
    "Ulmen",
    "Wiesen",
]
FIRM_SECOND = [
    "lager",
    "bach",
    "feld",
    "hofen",
    "strand",
    "bro",
    "holm",
    "dal",
    "burg",
    "haven",
    "vik",
    "brunn",
    "stad",
    "werk",
    "au",
    "berg",
    "furt",
    "horn",
    "kamp",
    "lund",
    "mark",
    "mora",
    "näs",
    "rode",
    "sjö",
    "sund",
    "tal",
    "thal",
    "torp",
    "wang",
]
FIRM_KIND = {
    "Brewery": "Brewery",
    "Dairy": "Dairy",
    "Beverages": "Drinks",
    "Food": "Foods",
    "Pharma": "Pharma",
}
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
