"""A metric's definition as its popover shows it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.metrics.catalogue import Metric
from isthmus.web.pieces import Definition


def definition_of(metric: Metric, rows_href: str = "", place: str = "") -> Definition:
    """What a metric means; `place` tells apart two popovers of one metric on a page."""
    links = [(_("Open the rows"), rows_href)] if rows_href else []
    links.append((_("In the catalogue"), reverse("metric", args=[metric.name])))
    return Definition(
        key=f"{metric.name}{place and '-'}{place}",
        title=str(metric.label),
        sentence=metric.sentence,
        owner={"marketing": _("marketing"), "sales": _("sales"), "shared": _("shared")}[metric.owner],
        code="",
        links=links,
    )
