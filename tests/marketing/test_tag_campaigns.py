"""A link's `utm_campaign` leads to the campaign it means."""

from datetime import UTC, datetime

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.marketing.commands import add_campaign
from isthmus.marketing.tagging import campaigns_tagged
from tests.collect.received import page, receive, sealed, website

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_a_tag_is_a_campaigns_id_or_its_name_however_it_is_written() -> None:
    spring = add_campaign(name="Spring Sale 2026", channel="email", external_id="c-1", by=SYSTEM, at=MONDAY)
    add_campaign(name="spring-sale", channel="email", by=SYSTEM, at=MONDAY)
    add_campaign(name="Spring Sale", channel="email", by=SYSTEM, at=MONDAY)

    found = campaigns_tagged(["spring_sale_2026", "c-1", "spring sale", "other", "***"])

    assert found == {"spring_sale_2026": spring.pk, "c-1": spring.pk}


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_a_visit_that_came_by_a_campaigns_link_is_the_campaigns() -> None:
    spring = add_campaign(name="Spring Sale", channel="email", by=SYSTEM, at=MONDAY)

    receive(website(), page("https://shop.example/?utm_source=news&utm_campaign=spring-sale"))

    assert sealed("campaign_id, utm_campaign", "kind = 'page.viewed'") == [(spring.pk, "spring-sale")]
