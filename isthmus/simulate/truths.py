"""What truly moves an enquiry's fate, as numbers: tests of analysis are judged against these."""

import math

# Log-odds of winning a deal.
WIN_BASE = -1.05
WIN_PER_QUALITY = 0.9
WIN_PER_SKILL = 1.0
WIN_PER_SLOW_HOUR = -0.35  # per natural log of hours to the first reply
WIN_PER_DISCOUNT = 3.0  # per unit: a tenth off adds 0.3
WIN_PER_LOG_PRICE = -1.2  # per natural log of the price level
WIN_WHILE_RIVAL = -0.45
WIN_PER_OBJECTION = {
    "None": 0.35,
    "Price": -0.25,
    "Network security": -0.15,
    "Wait for the audit": -0.05,
    "Happy with sampling": -0.4,
}

QUALIFY_BASE, QUALIFY_PER_QUALITY = -0.2, 1.1
ACCEPT_BASE, ACCEPT_PER_QUALITY = 1.1, 1.0
ACCEPT_WITHOUT_CONTACT = -2.5

# What a customer is left with, as a normal number, and what it does.
SATISFACTION_BASE, SATISFACTION_PER_SLOW_HOUR, SATISFACTION_WHEN_REFUNDED = 0.55, -0.12, -1.2
RENEW_BASE, RENEW_PER_SATISFACTION = 0.7, 0.9

PRICE_RISES = (
    (0.0, 1.0),
    (0.33, 1.06),
    (0.72, 1.11),
)  # from which share of the history the list stands where
DISCOUNTS = ((0.0, 0.46), (0.05, 0.24), (0.10, 0.20), (0.15, 0.10))
REFUND_SHARE = 0.05


def odds(log_odds: float) -> float:
    """The chance of which these are the log-odds."""
    return 1 / (1 + math.exp(-log_odds))


def win_chance(
    *, quality: float, skill: float, hours: float, discount: float, price: float, rival: float, objection: str
) -> float:
    """The true chance that a deal is won; `price` is the level of the price list, 1 at first."""
    return odds(
        WIN_BASE
        + WIN_PER_QUALITY * quality
        + WIN_PER_SKILL * skill
        + WIN_PER_SLOW_HOUR * math.log(max(hours, 0.25))
        + WIN_PER_DISCOUNT * discount
        + WIN_PER_LOG_PRICE * math.log(price)
        + WIN_WHILE_RIVAL * rival
        + WIN_PER_OBJECTION[objection]
    )


def accept_chance(*, quality: float, contacted: bool) -> float:
    """The true chance that sales accepts a lead."""
    return odds(ACCEPT_BASE + ACCEPT_PER_QUALITY * quality + (0 if contacted else ACCEPT_WITHOUT_CONTACT))


def price_level(share: float) -> float:
    """The level of the price list at a share of the history."""
    return [level for since, level in PRICE_RISES if since <= max(share, 0)][-1]
