"""Which channel the rules that are shipped give a visit, and why."""

import pytest

from isthmus.collect.channels.reading import read_rules, shipped
from isthmus.collect.channels.rules import Rules, Visit
from isthmus.simulate.sources import SOURCES

pytestmark = pytest.mark.core
HOST = "www.example.com"
RULES = Rules(read_rules(shipped()))


@pytest.mark.parametrize(
    ("referrer", "channel"),
    [
        ("", "direct"),
        ("https://www.google.com/", "organic_search"),
        ("https://www.google.co.uk/search?q=probes", "organic_search"),
        ("https://de.bing.com/", "organic_search"),
        ("android-app://com.google.android.googlequicksearchbox/", "organic_search"),
        ("https://docs.google.com/document/d/1", "referral"),
        ("https://mail.google.com/mail/u/0/", "email"),
        ("android-app://com.google.android.gm/", "email"),
        ("https://gemini.google.com/app", "ai_assistant"),
        ("https://chatgpt.com/", "ai_assistant"),
        ("https://x.com/i/grok", "ai_assistant"),
        ("https://x.com/somebody/status/1", "organic_social"),
        ("https://lm.facebook.com/l.php", "organic_social"),
        ("https://www.youtube.com/watch?v=1", "organic_video"),
        ("https://www.amazon.de/dp/1", "organic_shopping"),
        ("https://www.google.com/shopping/product/1", "organic_shopping"),
        ("https://blog.brewers.example/rinse", "referral"),
        ("HTTPS://User:pw@Blog.Brewers.Example:8443/rinse#top", "referral"),
        ("nonsense", "direct"),
    ],
)
def test_an_untagged_visit_is_told_by_the_site_it_came_from(referrer, channel):
    assert RULES.channel(Visit(HOST, referrer)) == channel


@pytest.mark.parametrize(
    ("source", "medium", "campaign", "channel"),
    [
        ("google", "cpc", "", "paid_search"),
        ("AdWords", "PPC", "", "paid_search"),
        ("google", "cpc", "eu cross-network push", "cross_network"),
        ("google", "cpc", "Summer shopping", "paid_shopping"),
        ("google", "cpc", "Workshop", "paid_search"),
        ("ig", "paid_social", "", "paid_social"),
        ("linkedin.com", "retargeting", "", "paid_social"),
        ("yt", "cpv", "", "paid_video"),
        ("trade-journal", "banner", "", "display"),
        ("trade-journal", "cpm", "", "display"),
        ("trade-journal", "paid", "", "paid_other"),
        ("amazon", "", "", "organic_shopping"),
        ("IG", "", "", "organic_social"),
        ("trade-journal", "social-media", "", "organic_social"),
        ("trade-journal", "video ad", "", "organic_video"),
        ("anything", "ai-assistant", "", "ai_assistant"),
        ("google", "organic", "", "organic_search"),
        ("newsletter", "", "", "email"),
        ("crm", "e-mail", "", "email"),
        ("somebody", "affiliate", "", "affiliates"),
        ("somebody", "referral", "", "referral"),
        ("podcast", "audio", "", "audio"),
        ("crm", "sms", "", "sms"),
        ("crm", "web push", "", "push"),
        ("direct", "(none)", "", "direct"),
        ("(direct)", "none", "", "direct"),
        ("leaflet", "", "", "other"),
    ],
)
def test_a_tagged_visit_is_told_by_its_tags(source, medium, campaign, channel):
    visit = Visit(HOST, utm_source=source, utm_medium=medium, utm_campaign=campaign)

    assert RULES.channel(visit) == channel


def test_the_source_is_that_of_the_tag_then_source_then_ref_then_the_referrer():
    referrer = "https://www.google.com/"

    all_said = Visit(HOST, referrer, utm_source="facebook", source="youtube", ref="amazon")
    assert RULES.channel(all_said) == "organic_social"
    assert RULES.channel(all_said._replace(utm_source="")) == "organic_video"
    assert RULES.channel(all_said._replace(utm_source="", source="")) == "organic_shopping"
    assert RULES.channel(Visit(HOST, referrer)) == "organic_search"


def test_a_whole_address_may_stand_in_ref():
    assert RULES.channel(Visit(HOST, ref="https://news.ycombinator.com/item?id=1")) == "organic_social"


def test_a_click_id_of_search_advertising_is_paid_search_whatever_else_is_said():
    assert RULES.channel(Visit(HOST, "https://www.google.com/", click_id="gclid")) == "paid_search"
    assert RULES.channel(Visit(HOST, click_id="msclkid")) == "paid_search"


def test_facebooks_click_id_is_not_paid_by_itself():
    assert RULES.channel(Visit(HOST, click_id="fbclid")) == "organic_social"
    assert RULES.channel(Visit(HOST, utm_medium="paid", click_id="fbclid")) == "paid_social"


def test_a_referrer_of_the_own_site_says_nothing():
    assert RULES.channel(Visit("www.example.com", "https://example.com/prices")) == "direct"


def test_a_site_that_spams_referrers_is_told_apart():
    assert RULES.channel(Visit(HOST, "https://free.100dollars-seo.com/")) == "spam"


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.campaign)
def test_the_sample_companys_campaigns_have_the_channels_that_the_rules_give(source):
    visit = Visit(HOST, utm_source=source.utm_source, utm_medium=source.utm_medium)

    assert RULES.channel(visit) == source.channel


def test_a_channel_comes_with_its_rule_and_case():
    told = RULES.explain(Visit(HOST, utm_source="google", utm_medium="cpc"))

    assert (told.channel, told.number) == ("paid_search", 4)
    assert told.case == RULES.rules[3].cases[0]
    assert told.origin.source == "google"


def test_what_no_rule_fits_is_other():
    told = RULES.explain(Visit(HOST, utm_source="leaflet"))

    assert (told.channel, told.number, told.case) == ("other", None, None)
