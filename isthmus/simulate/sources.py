"""Where the sample company's visitors and enquiries come from: ten channels and their campaigns."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A campaign on a channel, or what comes by itself.

    `weight`: its share of its channel while it runs; `quality`: mean of the hidden quality of the enquiries
    that it causes; `impressions`: for each click; `cost`: euro for a click, nought where nobody pays for one.
    `from_day` and `to_day` are shares of the history. Without a campaign name nobody runs it.
    """

    campaign: str
    channel: str
    utm_source: str
    utm_medium: str
    landing_page: str
    weight: float
    quality: float
    impressions: int
    cost: float
    from_day: float = 0.0
    to_day: float = 1.0
    referrer: str | None = None
    content: tuple[str, ...] = ()

    @property
    def is_paid(self) -> bool:
        """Whether each click costs something."""
        return self.cost > 0


SOURCES = (
    Source(
        "Clean in place, measured", "paid_search", "google", "cpc", "/rinse-water", 0.65, 0.10, 24, 3.1,
        referrer="www.google.com", content=("probe", "savings"),
    ),
    Source(
        "Brewery season", "paid_search", "google", "cpc", "/breweries", 0.35, 0.15, 21, 3.6, 0.3,
        referrer="www.google.com", content=("season", "brewmaster"),
    ),
    Source(
        "Why rinses fail", "paid_social", "linkedin", "paid_social", "/failed-rinses", 0.6, -0.55, 118, 4.2,
        referrer="www.linkedin.com", content=("film", "carousel", "single"),
    ),
    Source(
        "Dairy plant stories", "paid_social", "linkedin", "paid_social", "/dairies", 0.4, -0.40, 126, 4.6,
        0.45, referrer="www.linkedin.com", content=("story-one", "story-two"),
    ),
    Source(
        "Trade pages", "display", "brewingtrade", "display", "/rinse-water", 1.0, -0.25, 410, 2.4, 0.08,
        referrer="www.brewingtrade.example", content=("wide", "tall", "square"),
    ),
    Source(
        "One rinse, on film", "paid_video", "youtube", "cpv", "/film", 1.0, -0.10, 190, 2.1, 0.15, 0.94,
        referrer="www.youtube.com", content=("short", "long"),
    ),
    Source(
        "Site", "organic_search", "google", "organic", "/probes", 1.0, 0.35, 64, 0.0,
        referrer="www.google.com",
    ),
    Source(
        "Rinse water, in numbers", "email", "newsletter", "email", "/rinse-water-in-numbers", 1.0, 0.25, 31,
        0.0, content=("lead-story", "second-story"),
    ),
    Source("Brau trade fair", "event", "brau", "event", "/brau", 1.0, 0.55, 40, 0.0),
    Source(
        "Partner plants", "partner", "partners", "referral", "/partners", 1.0, 0.75, 45, 0.0,
        referrer="www.plantpartners.example",
    ),
    Source(
        "Word of mouth", "referral", "customers", "referral", "/contact", 1.0, 0.65, 29, 0.0,
        referrer="www.dairyforum.example",
    ),
    Source("", "direct", "", "", "/", 1.0, 0.20, 0, 0.0),
)  # fmt: skip
CHANNELS = tuple(dict.fromkeys(one.channel for one in SOURCES))


@dataclass(frozen=True)
class Curve:
    """What a channel truly brings.

    `share`: of all enquiries; `by_itself`: of these, what comes without spend of its own; `spend`: euro a
    day at the smallest size; `carry`: of the effect of a day's spend, what is left a day later; `half`: spend
    (as a multiple of the mean) at which half of the greatest effect is reached; `rival`: what is lost of it
    while the rival's campaign runs; `visits`: sessions for each enquiry, where clicks do not tell them.
    """

    share: float
    spend: float
    carry: float
    half: float
    rival: float
    visits: float
    by_itself: float = 0.0


CURVES = {
    "paid_search": Curve(0.23, 26.0, 0.10, 0.9, 0.30, 0),
    "paid_social": Curve(0.16, 27.0, 0.35, 0.7, 0.10, 0),
    "display": Curve(0.07, 15.0, 0.60, 0.6, 0.10, 0),
    "paid_video": Curve(0.06, 14.0, 0.75, 1.2, 0.15, 0),
    "organic_search": Curve(0.16, 0.0, 0.0, 1.0, 0.25, 26, 1.0),
    "email": Curve(0.07, 0.0, 0.0, 1.0, 0.0, 14, 1.0),
    "event": Curve(0.07, 18.0, 0.80, 1.0, 0.05, 6),
    "partner": Curve(0.06, 0.0, 0.0, 1.0, 0.0, 7, 1.0),
    "referral": Curve(0.07, 0.0, 0.0, 1.0, 0.05, 9, 1.0),
    "direct": Curve(0.05, 0.0, 0.0, 1.0, 0.15, 60, 1.0),
}
# How somebody who was moved by a channel comes at last: at once by it, or later by another way.
AT_ONCE = {
    "paid_search": 0.62,
    "paid_social": 0.40,
    "display": 0.14,
    "paid_video": 0.10,
    "organic_search": 0.60,
    "email": 0.75,
    "event": 0.30,
    "partner": 0.70,
    "referral": 0.65,
    "direct": 0.90,
}
COMES_BACK_BY = (("direct", 0.36), ("organic_search", 0.34), ("paid_search", 0.18), ("email", 0.12))
