"""The cast that every test knows: Rita the rep, Mia the marketer, Sam, Ada and Olga the outsider."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from isthmus.sales.models import Pipeline
    from isthmus.workspace.models import Company, Team, User

MONDAY_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def company(db: None) -> "Company":
    """A company that counts in euros and lives in Berlin."""
    from isthmus.workspace.models import Company, Currency

    Currency.objects.get_or_create(code="EUR")
    company, _ = Company.objects.update_or_create(
        pk=1, defaults={"name": "Harbour Lane", "base_currency": "EUR", "time_zone": "Europe/Berlin"}
    )
    return company


@pytest.fixture
def inbound(company: "Company") -> "Team":
    """The team of Rita and Sam."""
    from isthmus.workspace.models import Team

    return Team.objects.create(name="Inbound")


@pytest.fixture
def elsewhere(company: "Company") -> "Team":
    """Olga's team, which works on other leads."""
    from isthmus.workspace.models import Team

    return Team.objects.create(name="Elsewhere")


def _user(name: str, role: str, team: "Team | None" = None) -> "User":
    from isthmus.workspace.models import User

    email = f"{name.split()[0].lower()}@example.com"
    return User.objects.create_user(email, name=name, role=role, team=team, joined_at=MONDAY_NOON)


@pytest.fixture
def rita(inbound: "Team") -> "User":
    """Rita the rep: a seller who sees her own."""
    return _user("Rita Reyes", "seller", inbound)


@pytest.fixture
def sam(inbound: "Team") -> "User":
    """Sam the sales manager: sees Rita's team."""
    return _user("Sam Sato", "manager", inbound)


@pytest.fixture
def olga(elsewhere: "Team") -> "User":
    """Olga the outsider: a seller of another team."""
    return _user("Olga Orlova", "seller", elsewhere)


@pytest.fixture
def mia(company: "Company") -> "User":
    """Mia the marketer."""
    return _user("Mia Moreau", "marketer")


@pytest.fixture
def ada(company: "Company") -> "User":
    """Ada the analyst: reads everything, changes nothing."""
    return _user("Ada Abara", "analyst")


@pytest.fixture
def admin(company: "Company") -> "User":
    """The administrator."""
    return _user("Ines Admin", "admin")


@pytest.fixture
def pipeline(company: "Company") -> "Pipeline":
    """A pipeline of two open stages."""
    from isthmus.core.actors import SYSTEM
    from isthmus.sales.commands import add_pipeline

    stages = [{"name": "Discovery"}, {"name": "Proposal"}]
    return add_pipeline(name="New business", stages=stages, by=SYSTEM, at=MONDAY_NOON)  # type: ignore[arg-type]
