"""Loading the sample company, and keeping its truth apart from what the product may read."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.core.clock import to_us
from isthmus.core.refusals import Refusal
from isthmus.insight.chances import make_chances
from isthmus.insight.making import make_reports
from isthmus.ledger.streaming import seal_stream, unknown_visitors
from isthmus.sales.day.worth import measure
from isthmus.simulate import plan as planning
from isthmus.simulate.booking import open_booking
from isthmus.simulate.calendars import plan_meetings
from isthmus.simulate.coaching import add_coaching
from isthmus.simulate.costs import set_costs
from isthmus.simulate.further import open_further
from isthmus.simulate.joining import join_browsers, subjects_of
from isthmus.simulate.mail import write_mail
from isthmus.simulate.places import add_places
from isthmus.simulate.quoting import set_selling, write_quotes
from isthmus.simulate.rules import add_rules
from isthmus.simulate.setting import Setting, set_up
from isthmus.simulate.sizes import SIZES, Size
from isthmus.simulate.streams import known, media, strangers
from isthmus.simulate.streams.visits import Place
from isthmus.simulate.targets import set_commission, set_targets
from isthmus.simulate.truth import the_truth
from isthmus.simulate.website import add_agents, add_website, count_events
from isthmus.simulate.working import work_deals
from isthmus.simulate.writing import Writer
from isthmus.workspace.models import Company

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[str, int], None]
_WAIT = 120.0


class CompanyAlreadyHere(Refusal):
    """A sample company never lands among another company's data."""


def steps(size: str) -> int:
    """About how many rows will be written, for a progress bar."""
    its = SIZES[size]
    streamed = its.leads * (its.busy * 103 + 4) + its.countries * 11_800
    return its.leads * 9 + 2 * round(streamed)  # read, then sealed


def load_sample(
    *, size: str, seed: int, until: datetime, progress: Progress = lambda name, rows: None
) -> None:
    """Write the sample company's history up to `until`, and its truth to a file.

    People, deals and money come through the commands; media, visits, mail and voices as one sealed stream.
    Raises CompanyAlreadyHere when the database holds a company.
    """
    if Company.objects.exists():
        raise CompanyAlreadyHere(
            _("There is a company here already. The sample company needs a folder of its own.")
        )
    its = SIZES[size]
    plan = planning.make_plan(seed=seed, leads=its.leads, last_day=planning.last_day_of(until), busy=its.busy)
    setting = set_up(seed=seed, start=plan.start)
    writer = Writer(setting, until=until, progress=progress)
    writer.write(plan.history)
    set_targets(setting, seed=seed, start=plan.start, leads=its.leads, until=until)
    set_commission(setting, start=plan.start, until=until)
    set_selling(setting, start=plan.start, until=until)
    open_further(setting, seed=seed, until=until)
    write_quotes(setting, until=until)
    add_coaching(setting, seed=seed, start=plan.start, until=until)
    set_costs(setting, seed=seed, start=plan.start, until=until)
    write_mail(until=until)
    work_deals(until=until)
    plan_meetings(until=until)
    open_booking(until=until)
    add_rules(until=until)
    add_places(until=until)
    stream = _stream(plan, its, setting, writer, until)
    steps_said = {"read": _("visits and media"), "sealed": _("sealing visits and media")}
    seal_stream(stream, wait=_WAIT, progress=lambda step, rows: progress(steps_said[step], rows))
    count_events()
    make_reports(at=until)
    make_chances(at=until)
    measure(until)
    _keep(the_truth(plan, name=size, size=its, until=until, leads=writer.leads))


def load_dealings(*, size: str, seed: int, until: datetime) -> planning.Plan:
    """Write the sample company's people, deals and money alone, without visits and media; gives its plan."""
    its = SIZES[size]
    plan = planning.make_plan(seed=seed, leads=its.leads, last_day=planning.last_day_of(until), busy=its.busy)
    writer = Writer(set_up(seed=seed, start=plan.start), until=until, progress=lambda name, rows: None)
    writer.write(plan.history)
    return plan


def truth_path() -> Path:
    """Where the truth of this installation's sample company lies."""
    return Path(settings.ISTHMUS_HOME) / "simulate" / "truth.json"


def _stream(
    plan: planning.Plan, its: Size, setting: Setting, writer: Writer, until: datetime
) -> "Iterator[pa.RecordBatch]":
    """Everything that comes as a stream; what it names in the database is made first."""
    seed = plan.seed
    told = [one for one in plan.history if one.number in writer.leads]
    subjects = subjects_of(writer.people)
    visitors = join_browsers(told, subjects, seed=seed, at=until)
    campaigns = [one.pk if one else None for one in setting.campaigns]
    source = add_website(at=plan.start)
    place = Place(source.pk, add_agents(at=until), campaigns, to_us(until))
    counts = strangers.visits_by_day(seed=seed, market=plan.market)
    first = unknown_visitors(strangers.most_visitors(counts))
    return chain(
        media.media(
            seed=seed,
            market=plan.market,
            start=plan.start,
            until=until,
            countries=its.countries,
            campaigns=campaigns,
            territories=setting.territories,
        ),
        known.visits_of_known(seed=seed, told=told, visitors=visitors, place=place),
        known.mail(seed=seed, told=told, visitors=visitors, subjects=subjects, place=place),
        known.voices(
            seed=seed,
            told=told,
            subjects=subjects,
            products=[one.pk for one in setting.products],
            until_us=place.until_us,
        ),
        strangers.strangers(seed=seed, counts=counts, start=plan.start, first_subject=first, place=place),
    )


def _keep(truth: dict[str, Any]) -> None:
    path = truth_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(truth), encoding="utf-8")
