"""The sample company's website: its pages, what they hold people with, and its forms."""

from dataclasses import dataclass

HOST = "www.tarnfell.example"


@dataclass(frozen=True)
class Page:
    """A page: how often it is the next one somebody opens, and how long it holds them (median seconds)."""

    path: str
    name: str
    pull: float
    seconds: float


PAGES = (
    Page("/", "Home", 0.14, 18),
    Page("/probes", "Rinse probes", 0.13, 46),
    Page("/probes/cip-100", "Rinse probe", 0.09, 58),
    Page("/probes/cip-200", "Rinse probe, sanitary", 0.07, 62),
    Page("/systems/gateway", "Gateway", 0.05, 51),
    Page("/systems/line-set", "Line set", 0.05, 66),
    Page("/prices", "Prices", 0.12, 71),
    Page("/breweries", "For breweries", 0.06, 49),
    Page("/dairies", "For dairies", 0.05, 52),
    Page("/rinse-water", "Clean in place, measured", 0.03, 55),
    Page("/failed-rinses", "Why rinses fail", 0.03, 81),
    Page("/rinse-water-in-numbers", "Rinse water, in numbers", 0.03, 96),
    Page("/film", "One rinse, on film", 0.02, 74),
    Page("/guides/audit", "Guide: ready for the audit", 0.04, 122),
    Page("/guides/water", "Guide: half the water", 0.04, 108),
    Page("/blog/first-rinse", "What the first rinse tells", 0.03, 134),
    Page("/blog/sampling", "Sampling by hand, and its price", 0.02, 141),
    Page("/brau", "Meet us at Brau", 0.01, 29),
    Page("/partners", "Partners", 0.01, 33),
    Page("/contact", "Contact", 0.06, 27),
)


@dataclass(frozen=True)
class Form:
    """A form: its share of the enquiries made on the site, and how much better theirs are."""

    name: str
    path: str
    share: float
    quality: float


FORMS = (
    Form("Request a quote", "/prices", 0.27, 0.45),
    Form("Guide: ready for the audit", "/guides/audit", 0.22, -0.25),
    Form("Guide: half the water", "/guides/water", 0.13, -0.35),
    Form("Contact us", "/contact", 0.17, 0.10),
    Form("Book a calibration", "/probes", 0.09, 0.35),
    Form("Newsletter", "/blog/first-rinse", 0.08, -0.60),
    Form("Shop", "/probes/cip-100", 0.04, 0.0),
)
SHOP = len(FORMS) - 1
EVENTS = (("Price list opened", 0.5), ("Calculator used", 0.3), ("Film played", 0.2))
OUTSIDE = ("maps.example", "www.linkedin.com", "certificates.example")

# Programs that come as visitors: what they call themselves, how common, and whether they are machines.
AGENTS = (
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36", 0.34, False),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Edg/140.0.0.0", 0.20, False),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15", 0.12, False),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/15E148", 0.15, False),
    ("Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0.0.0 Mobile Safari/537.36", 0.11, False),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", 0.08, False),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 0.42, True),
    ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", 0.21, True),
    ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", 0.16, True),
    ("Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)", 0.13, True),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0 Safari/537.36", 0.08, True),
)  # fmt: skip
BOT_SHARE = 0.06  # of all sessions
