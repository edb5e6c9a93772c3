"""The signs of a pair in words, told from the two records as they stand."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.people.models import DuplicatePair

# How sure the page says it is, from a score on.
_VERY, _RATHER = 85, 70


def signs_in_words(pair: DuplicatePair, one: Any, other: Any) -> list[str]:
    """One sentence for each sign, the weightiest first as they were found."""
    values = {
        "name": getattr(one, "full_name", "") or getattr(one, "name", ""),
        "other_name": getattr(other, "full_name", "") or getattr(other, "name", ""),
        "company": _company(one) or _company(other),
        "phone": getattr(one, "phone", ""),
        "local": getattr(one, "email", "").partition("@")[0],
        "domain": getattr(one, "domain", "") or _domain(one),
        "other_domain": getattr(other, "domain", "") or _domain(other),
        "city": one.city,
        "country": one.country,
    }
    sentences = _sentences(values)
    return [sentences[sign] for sign in pair.signs if sign in sentences]


def sureness(score: int) -> tuple[str, str]:
    """How likely it is, in words, and the tone in which a badge says so."""
    if score >= _VERY:
        return _("Very likely one"), "good"
    if score >= _RATHER:
        return _("Likely one"), "good"
    return _("Perhaps one"), "warn"


def work_in_words(counts: Sequence[int]) -> str:
    """“2 leads, 1 deal”, of the counts of leads, deals and orders."""
    leads, deals, orders = counts
    texts = [
        (leads, ngettext("%(count)s lead", "%(count)s leads", leads)),
        (deals, ngettext("%(count)s deal", "%(count)s deals", deals)),
        (orders, ngettext("%(count)s order", "%(count)s orders", orders)),
    ]
    return ", ".join(text % {"count": count} for count, text in texts if count)


def _sentences(values: dict[str, Any]) -> dict[str, str]:
    texts = {
        "same_name_same_company": _("Both are called %(name)s, at %(company)s."),
        "same_name_sister_domain": _(
            "Both are called %(name)s, at %(domain)s and %(other_domain)s, which look like one company."
        ),
        "same_local_part_sister_domain": _(
            "Both addresses begin with %(local)s@, at %(domain)s and %(other_domain)s."
        ),
        "similar_name_same_company": _(
            "%(name)s and %(other_name)s differ by a letter or two, and are both at %(company)s."
        ),
        "same_name_same_phone": _("Both are called %(name)s and have the number %(phone)s."),
        "same_phone": _("Both have the number %(phone)s."),
        "same_name_same_local_part": _("Both are called %(name)s and their addresses begin with %(local)s@."),
        "same_name_same_city": _("Both are called %(name)s and live in %(city)s, and few others are."),
        "one_row_named_both": _("One enquiry named identifiers of both."),
        "same_name_same_country": _("Both are called %(name)s, in %(country)s."),
        "same_name": _("Both are called %(name)s."),
        "sister_domain": _("%(domain)s and %(other_domain)s look like domains of one company."),
        "similar_name_same_country": _(
            "%(name)s and %(other_name)s differ by a letter or two, both in %(country)s."
        ),
    }
    return {sign: text % values for sign, text in texts.items()}


def _company(row: Any) -> str:
    account = getattr(row, "account", None)
    return str(account) if account is not None else _domain(row)


def _domain(row: Any) -> str:
    return str(getattr(row, "email", "")).partition("@")[2]
