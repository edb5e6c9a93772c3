"""What a commission plan says, in sentences."""

from django.utils.translation import gettext as _

from isthmus.money.commission.terms import Rules
from isthmus.sales.models import Product
from isthmus.web import formats
from isthmus.web.targets.wording import amount


def rules_text(rules: Rules, currency: str) -> list[str]:
    """A plan's rules, whoever has it."""
    said = [_("%(rate)s of money paid, net of refunds.") % {"rate": formats.percent(rules.rate)}]
    for start, times in rules.accelerators:
        words = {"start": formats.percent(start), "times": formats.number(times)}
        said.append(_("From %(start)s of the quota on, %(times)s times that.") % words)
    named = dict(Product.objects.filter(pk__in=list(rules.products)).values_list("pk", "name"))
    own = [(named.get(number, f"{number}"), rate) for number, rate in rules.products.items()]
    for name, rate in [*own, *rules.families.items()]:
        said.append(_("%(rate)s of %(name)s.") % {"rate": formats.percent(rate), "name": name})
    if rules.cap is not None:
        said.append(_("At most %(cap)s in a period.") % {"cap": amount(rules.cap, currency)})
    said.append(
        _("A refund takes its commission back.") if rules.clawback else _("A refund takes nothing back.")
    )
    return said
