"""What each argument of a command means, in one line: for the API's document and the command line."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_MEANINGS: Mapping[str, str | Promise] = {
    "address": gettext_lazy("The e-mail address or number that is not to be written to."),
    "amount": gettext_lazy("An amount in whole units of the currency, like 1250.50."),
    "base_currency": gettext_lazy("The currency that figures are told in, like EUR."),
    "base_per_unit": gettext_lazy("What one unit of the currency is worth in the reporting currency."),
    "channel": gettext_lazy("The channel, like paid_search; of consent: email, phone, sms or post."),
    "city": gettext_lazy("The city."),
    "clicks": gettext_lazy("How many clicks the media brought."),
    "code": gettext_lazy("The currency's three letters, like SEK."),
    "company": gettext_lazy("The name of the company that the person works for."),
    "company_domain": gettext_lazy("The company's domain, like example.com: finds its account."),
    "consent": gettext_lazy("A channel that the person agreed to be written to on."),
    "consent_source": gettext_lazy("Where consent was given: the form or page."),
    "consent_wording": gettext_lazy("The version of the words that the person agreed to."),
    "countries": gettext_lazy("A country of the territory, in two letters."),
    "country": gettext_lazy("The country in two letters, like SE."),
    "currency": gettext_lazy("The currency's three letters; the reporting currency where left out."),
    "custom": gettext_lazy("Values of custom fields, by their keys."),
    "days": gettext_lazy("Days until it ends."),
    "deal_name": gettext_lazy("What to call the new deal."),
    "domain": gettext_lazy("The company's domain, like example.com."),
    "due_at": gettext_lazy("When the seller should have answered."),
    "email": gettext_lazy("The e-mail address."),
    "ended_on": gettext_lazy("The last day."),
    "expected_close_on": gettext_lazy("The day on which the deal should close."),
    "external_id": gettext_lazy("Its id in another system. The same id comes in once."),
    "family": gettext_lazy("The family of products that it belongs to."),
    "full_name": gettext_lazy("The person's whole name."),
    "given": gettext_lazy("Whether consent was given (or withdrawn)."),
    "holidays_country": gettext_lazy("The country whose holidays are no working days, like SE."),
    "impressions": gettext_lazy("How often the media was shown."),
    "industry": gettext_lazy("The company's industry."),
    "is_active": gettext_lazy("Whether the user may sign in."),
    "is_sample": gettext_lazy("Whether this is a made-up sample company."),
    "key": gettext_lazy("The key of the field in small letters, like contract_size."),
    "kind": gettext_lazy("Which kind it is."),
    "label": gettext_lazy("What people read for it."),
    "landing_page": gettext_lazy("The page that the person arrived on."),
    "lines": gettext_lazy("One line of the order: amount, quantity, product_id, description."),
    "locale": gettext_lazy("The person's language, like sv."),
    "message": gettext_lazy("What the person wrote."),
    "minutes": gettext_lazy("How many minutes it took."),
    "model": gettext_lazy("What the field belongs to."),
    "name": gettext_lazy("What it is called."),
    "number": gettext_lazy("The order's number; each comes in once."),
    "on": gettext_lazy("The day."),
    "open_deal": gettext_lazy("Whether to open a deal with it."),
    "options": gettext_lazy("One of the field's choices."),
    "password": gettext_lazy("A first password of 12 characters or more. Better: invite them."),
    "permission": gettext_lazy("The right, like deals.edit."),
    "permissions": gettext_lazy("A right that the key has; without any, all of its user's."),
    "person_custom": gettext_lazy("Values of the person's custom fields, by their keys."),
    "person_external_id": gettext_lazy("The person's id in another system."),
    "phone": gettext_lazy("The telephone number."),
    "position": gettext_lazy("Its place among the others, from 0."),
    "proof": gettext_lazy("Where the proof of consent is kept."),
    "props": gettext_lazy("More about the fact: plain values, nothing that names a person."),
    "purpose": gettext_lazy("What the consent is for."),
    "quantity": gettext_lazy("How many."),
    "reason": gettext_lazy("Why. Others learn from it."),
    "reference": gettext_lazy("The payment's reference, like a bank's; each comes in once."),
    "revision": gettext_lazy("Counts restatements of the same day; the highest holds."),
    "role": gettext_lazy("The role, which gives a set of rights."),
    "scope": gettext_lazy("How far the right reaches."),
    "score": gettext_lazy("The lead's score, 0 to 100."),
    "size": gettext_lazy("How many people work there."),
    "sku": gettext_lazy("The product's code."),
    "source": gettext_lazy("Where it comes from."),
    "spend": gettext_lazy("What the media cost, in whole units of the currency."),
    "stages": gettext_lazy("An open stage in order: name, probability, stale_days."),
    "started_on": gettext_lazy("The first day."),
    "text": gettext_lazy("What was said or noted."),
    "time_zone": gettext_lazy("The zone that days begin in, like Europe/Stockholm."),
    "title": gettext_lazy("The person's job title."),
    "type": gettext_lazy("What values the field takes."),
    "user_id": gettext_lazy("The user's number; of a lead: the person's id in your product."),
    "utm_campaign": gettext_lazy("utm_campaign of the visit."),
    "utm_medium": gettext_lazy("utm_medium of the visit."),
    "utm_source": gettext_lazy("utm_source of the visit."),
    "wording_version": gettext_lazy("The version of the words that were agreed to."),
    "working_hours": gettext_lazy("Hours by day: mon to sun, each a start and an end like 09:00."),
}
_NUMBERS: Mapping[str, str | Promise] = {
    "owner_id": gettext_lazy("The number of the user who owns it."),
    "parent_id": gettext_lazy("The number of the one that it stands below."),
}


def meaning(argument: str) -> str:
    """One line about an argument; empty when nobody wrote one (a test finds that)."""
    said = _MEANINGS.get(argument) or _NUMBERS.get(argument)
    if said is None and argument.endswith("_id"):
        return _("The number of the %(thing)s.") % {"thing": argument.removesuffix("_id").replace("_", " ")}
    return str(said or "")
