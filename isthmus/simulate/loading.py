"""Loading the sample company, and keeping its truth apart from what the product may read."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.simulate import catalogue, plan
from isthmus.simulate.setting import set_up
from isthmus.simulate.writing import Writer
from isthmus.workspace.models import Company


class CompanyAlreadyHere(Refusal):
    """A sample company never lands among another company's data."""


def steps(size: str) -> int:
    """About how many rows will be written, for a progress bar."""
    return plan.leads_for(size) * 5 + 6000


def load_sample(
    *, size: str, seed: int, until: datetime, progress: Callable[[str, int], None] = lambda name, rows: None
) -> None:
    """Write the sample company's two years up to `until`, through the commands, and its truth to a file.

    Raises CompanyAlreadyHere when the database holds a company.
    """
    if Company.objects.exists():
        raise CompanyAlreadyHere(
            _("There is a company here already. The sample company needs a folder of its own.")
        )
    leads = plan.leads_for(size)
    last_day = plan.midnight(until) + timedelta(days=1)
    start = last_day - timedelta(days=plan.DAYS)
    told = plan.stories(seed=seed, leads=leads, last_day=last_day)
    media = [
        one for one in plan.media_days(seed=seed, leads=leads) if start + timedelta(days=one.day + 1) <= until
    ]
    setting = set_up(seed=seed, start=start)
    Writer(setting, until=until, progress=progress).write(told, media, start)
    _keep_truth(told, size=size, seed=seed, until=until)


def truth_path() -> Path:
    """Where the truth of this installation's sample company lies."""
    return Path(settings.ISTHMUS_HOME) / "simulate" / "truth.json"


def _keep_truth(told: list[plan.Story], *, size: str, seed: int, until: datetime) -> None:
    truth: dict[str, Any] = {
        "size": size,
        "seed": seed,
        "until": until.isoformat(),
        "win_log_odds": {
            "base": plan.WIN_BASE,
            "quality": plan.WIN_PER_QUALITY,
            "skill": plan.WIN_PER_SKILL,
            "log_hours_to_reply": plan.WIN_PER_SLOW_HOUR,
        },
        "skill": {one.email: one.skill for one in catalogue.STAFF if one.role == "seller"},
        "channel_quality": {one.campaign: one.quality for one in catalogue.SOURCES},
        "lead_quality": {one.email: round(one.quality, 6) for one in told},
    }
    path = truth_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(truth), encoding="utf-8")
