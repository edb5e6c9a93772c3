"""Placing accounts by the rules that are at work: where each lies, and whose turn it is."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count

from isthmus.automation.knowing import Knowing
from isthmus.leads.models import Lead, LeadState
from isthmus.people.models import Account
from isthmus.people.placing import Placed
from isthmus.territories.models import RulesVersion, Turn
from isthmus.territories.rules import Turns, first_match
from isthmus.territories.spec import RECORD, Rule, Rules, read_rules
from isthmus.workspace.models import Territory, User
from isthmus.workspace.queries import territory_of_country

OPEN_LEADS = (
    LeadState.CAPTURED, LeadState.NURTURING, LeadState.QUALIFIED, LeadState.HANDED_OVER, LeadState.EXPIRED,
)  # fmt: skip


class Sellers:
    """Who sells in each territory: those of it and of what lies inside; where nobody does, those above."""

    def __init__(self) -> None:
        self._parents = dict(Territory.objects.values_list("pk", "parent_id"))
        self._own: dict[int, list[int]] = {}
        self.teams: dict[int, int | None] = {}
        rows = User.objects.filter(is_active=True).order_by("pk")
        for pk, territory, team, role in rows.values_list("pk", "territory_id", "team_id", "role"):
            self.teams[pk] = team
            if role == "seller":
                for place in self.path(territory):
                    self._own.setdefault(place, []).append(pk)

    def path(self, territory_id: int | None) -> list[int]:
        """A territory and all above it, the innermost first."""
        found: list[int] = []
        while territory_id is not None and territory_id not in found:
            found.append(territory_id)
            territory_id = self._parents.get(territory_id)
        return found

    def of(self, territory_id: int | None) -> Sequence[int]:
        """The sellers of a territory."""
        return next((self._own[place] for place in self.path(territory_id) if self._own.get(place)), ())


class ByRules:
    """Rules on accounts of one batch."""

    def __init__(self, rules: Rules, at: datetime) -> None:
        self._rules, self._at = rules, at
        self._knowing = Knowing(at.date())
        self._turns: Turns | None = None
        self._sellers: Sellers | None = None

    @property
    def sellers(self) -> Sellers:
        """Who sells where, read when the first rule asks."""
        self._sellers = self._sellers or Sellers()
        return self._sellers

    def values(self, account: Account) -> Mapping[str, Any]:
        """What rules know of an account."""
        return self._knowing.values(RECORD, account)

    def territory_of(self, account: Account) -> tuple[int | None, Rule | None]:
        """Where an account lies, and by which rule; by none where none is met."""
        rule = first_match(self._rules, self.values(account), self._at)
        if rule is not None:
            return rule.territory_id, rule
        return self._rules.fallback_id or territory_of_country(account.country), None

    def place(self, accounts: Sequence[Account], *, owners: bool) -> list[Placed]:
        """Where each lies; with `owners` also who has it, and that their turn is over."""
        found = []
        for account in accounts:
            territory_id, rule = self.territory_of(account)
            owner = self._owner(rule) if owners and rule is not None else None
            team = self.sellers.teams.get(owner) if owner is not None else None
            found.append(Placed(territory_id, owner, team))
        if self._turns is not None and self._turns.given:
            remember_turns(self._turns)
        return found

    def _owner(self, rule: Rule) -> int | None:
        if rule.how == "seller":
            # Whoever left since gets nothing: then nobody has it, and it is seen as nobody's.
            return rule.user_id if rule.user_id in self.sellers.teams else None
        if rule.how != "turn":
            return None
        if self._turns is None:
            self._turns = turns_of(self.sellers.teams)
        return self._turns.next(self.sellers.of(rule.territory_id), self._at)


def turns_of(sellers: Iterable[int]) -> Turns:
    """How much open work each of these has, and when each was last given something by turn."""
    wanted = list(sellers)
    load: dict[int, int] = dict.fromkeys(wanted, 0)
    accounts = Account.objects.present().filter(owner__in=wanted)  # visible: work is counted, nobody is shown
    leads = Lead.objects.filter(owner__in=wanted, state__in=OPEN_LEADS)
    for rows in (accounts, leads):
        for owner, count in (
            rows.order_by().values_list("owner").annotate(n=Count("pk")).values_list("owner", "n")
        ):
            load[owner] += count
    return Turns(load, dict(Turn.objects.filter(user__in=wanted).values_list("user_id", "given_at")))


def remember_turns(turns: Turns) -> None:
    """Keep who was given something last; in the caller's transaction."""
    Turn.objects.bulk_create(
        [Turn(user_id=pk, given_at=at) for pk, at in turns.given.items()],
        update_conflicts=True, unique_fields=["user"], update_fields=["given_at"],
    )  # fmt: skip


def active_rules() -> RulesVersion | None:
    """The rules at work."""
    return RulesVersion.objects.filter(state=RulesVersion.State.ACTIVE).first()


def placing_now(at: datetime) -> ByRules | None:
    """The rules at work, for one batch of what comes in; None while none are."""
    version = active_rules()
    return ByRules(read_rules(version.spec), at) if version is not None else None
