"""The companies that enquire."""

import random

from isthmus.simulate import catalogue as c
from isthmus.simulate import names
from isthmus.simulate.chances import plain, weighted

Firm = tuple[str, str, str, int, int]  # name, domain, industry, size, market
SAME_FIRM = 0.3


class Firms:
    """The companies met so far."""

    def __init__(self) -> None:
        self.met: list[Firm] = []
        self.names: set[str] = set()

    def one(self, chance: random.Random, number: int) -> Firm:
        """The firm of an enquiry: often one of those that asked lately."""
        if self.met and chance.random() < SAME_FIRM:
            return chance.choice(self.met[-400:])
        market = weighted(chance, [one.share for one in c.MARKETS])
        industry = names.INDUSTRIES[weighted(chance, [share for _, share in names.INDUSTRIES])][0]
        kind = names.FIRM_KIND[industry]
        stem = chance.choice(names.FIRM_FIRST) + chance.choice(names.FIRM_SECOND)
        name = f"{stem} {kind}"
        if name in self.names:
            name = f"{stem} {kind} {chance.choice(c.MARKETS[market].cities)}"
        if name in self.names:
            name = f"{stem} {kind} {number}"
        size = int(chance.lognormvariate(4.4, 0.9)) + 5
        self.names.add(name)
        self.met.append((name, f"{plain(name)}.example", industry, size, market))
        return self.met[-1]
