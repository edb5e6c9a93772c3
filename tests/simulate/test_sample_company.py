"""The sample company, loaded: whole in the ledger, its truth kept apart and exact, nothing wrong with it."""

import json
from collections import Counter

import pytest

from isthmus.collect.models import Agent, Source
from isthmus.core.clock import now, to_us
from isthmus.leads.models import Lead
from isthmus.ledger.models import SubjectMerge, Unit
from isthmus.ledger.sealing import seal
from isthmus.people.models import Person
from isthmus.sales.models import Deal, Order, Quote, Subscription
from isthmus.simulate import site, truths
from isthmus.simulate.loading import CompanyAlreadyHere, truth_path
from isthmus.simulate.streams.media import SETTLED
from isthmus.upkeep.checks import invariant_checks
from isthmus.workspace.models import User
from tests.ledger.writing import rows
from tests.simulate.conftest import LAST_DAY

pytestmark = pytest.mark.django_db


def _truth():
    return json.loads(truth_path().read_text(encoding="utf-8"))


@pytest.mark.both_databases
def test_the_company_is_loaded_through_commands_and_nothing_is_wrong_with_it(load):
    load()
    seal()

    assert Lead.objects.count() == 150
    assert [sentence for check in invariant_checks() for sentence in check.wrong()] == []
    assert Deal.objects.filter(state="won").exists()
    assert Order.objects.filter(deal=None).exists()
    states = set(Quote.objects.values_list("state", flat=True))
    assert {"awaiting", "accepted", "draft"} <= states
    assert states & {"sent", "viewed"}
    assert Subscription.objects.count() == 2
    assert Source.objects.get().name == "Website"
    # In this order each time, or the same seed would not give the same facts.
    judged = list(Agent.objects.order_by("pk").values_list("text", "machine"))
    assert judged == [(text, machine) for text, _share, machine in site.AGENTS]
    assert Unit.objects.filter(kind=Unit.Kind.STREAM).count() == 1
    assert User.objects.filter(is_active=False).count() <= 1
    with pytest.raises(CompanyAlreadyHere, match="a folder of its own"):
        load()


def test_true_contributions_sum_to_the_revenue_to_the_micro_and_spend_and_leads_agree(load):
    load()
    truth = _truth()
    kinds = "kind IN ('order.paid', 'order.refunded')"

    ((revenue,),) = rows(f"SELECT CAST(sum(amount_base) AS BIGINT) FROM facts WHERE {kinds}")
    assert sum(truth["contribution_micros"].values()) == revenue > 0
    paid = rows(f"SELECT sum(amount) FROM facts WHERE {kinds} AND currency = 'SEK'")[0][0]
    assert paid == sum(Order.objects.filter(currency="SEK").values_list("paid", flat=True))
    causes = {lead: cause for lead, cause, _source, _quality in truth["leads"]}
    by_deal = Counter()
    found = rows(
        "SELECT lead_id, CAST(sum(amount_base) AS BIGINT) FROM facts "
        f"WHERE {kinds} AND lead_id IS NOT NULL GROUP BY 1"
    )
    for lead, micros in found:
        by_deal[causes[lead]] += micros
    assert all(by_deal[channel] <= truth["contribution_micros"][channel] for channel in by_deal)

    _spend_and_leads_are_those_of_the_truth(truth)


def _spend_and_leads_are_those_of_the_truth(truth):
    day = f"epoch_us(TIMESTAMP '{truth['start'][:10]}') + {SETTLED} * 86400000000"
    spent = dict(
        rows(
            "SELECT channel, CAST(sum(amount) AS BIGINT) FROM facts "
            f"WHERE kind = 'media.delivered' AND occurred_us < {day} GROUP BY channel"
        )
    )
    assert {k: v for k, v in spent.items() if v} == {
        channel: told["settled_spend_micros"]
        for channel, told in truth["channels"].items()
        if told["settled_spend_micros"]
    }
    recorded = Counter(Lead.objects.values_list("channel", flat=True))
    assert recorded == {
        channel: told["leads_recorded"]
        for channel, told in truth["channels"].items()
        if told["leads_recorded"]
    }
    assert truth["win_log_odds"]["quality"] == truths.WIN_PER_QUALITY
    assert truth["sales_hour"]["worth_eur"] > 0
    assert truth["next_month"]["expected_leads"] > 0


def test_what_people_did_before_they_were_known_is_on_their_record_and_machines_are_apart(load):
    load()

    found = rows(
        "SELECT viewed.subject FROM facts AS viewed JOIN facts AS sent ON sent.subject = viewed.subject "
        "WHERE viewed.kind = 'page.viewed' AND sent.kind = 'form.submitted' GROUP BY 1"
    )
    people = set(Person.objects.values_list("subject", flat=True))
    assert {subject for (subject,) in found} <= people
    assert len(found) == SubjectMerge.objects.count() > 80
    ((strangers,),) = rows("SELECT count(DISTINCT subject) FROM facts WHERE kind = 'page.viewed'")
    assert strangers > 5 * len(found)

    _machines_are_told_from_people_and_nothing_lies_in_the_future()


def _machines_are_told_from_people_and_nothing_lies_in_the_future():
    machines = dict(rows("SELECT machine, count(*) FROM facts WHERE kind = 'page.viewed' GROUP BY machine"))
    assert 0.02 < machines[True] / machines[False] < 0.15
    assert rows(f"SELECT kind, occurred_us, props FROM facts WHERE occurred_us >= {to_us(LAST_DAY)}") == []
    assert rows("SELECT count(*) - count(DISTINCT id) FROM facts") == [(0,)]
    ((latest,),) = rows("SELECT max(received_us) FROM facts")
    assert latest <= to_us(now())
    assert Unit.objects.get(kind=Unit.Kind.STREAM).duplicates > 10
