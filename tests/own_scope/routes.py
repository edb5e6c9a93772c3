"""Every route of the product and how it is tried. A route that is not here fails the test: add its line.

`{…}` in addresses are filled in from the rows of the world. A route that shows records is `Reads`, one that
changes them `Acts`; one that holds no record says why.
"""

from typing import Any

from isthmus.insight.movements import Step
from isthmus.metrics.catalogue import catalogue
from isthmus.web.day import acts as day_acts
from isthmus.web.day import tasks as task_pages
from isthmus.web.leads import acts as lead_acts
from isthmus.web.quotes import acts as quote_acts
from isthmus.web.sales import acts as deal_acts
from tests.own_scope.ways import Acts, ByRegistry, Closed, NoRecords, Reads, Way
from tests.own_scope.world import SEARCHES, World

FORM = {"reason": "no_budget", "owner_id": "1", "kind": "call", "text": "x", "amount": "1", "name": "x"}


def _list(name: str) -> Reads:
    def addresses(world: World) -> list[str]:
        asked = [
            "",
            f"?owner={world.olga.pk}",
            f"?team={world.olga.team_id}",
            "?part=count",
            "?sort=-updated_at",
        ]
        asked += [f"?1.owner={world.olga.pk}&1.team={world.olga.team_id}", "?paid=ever", "?contacted=ever"]
        asked += ["?flaw=no_owner", "?flaw=owner_left", "?group=owner&part=groups"]
        asked += [f"?group=owner&part=within&of={world.olga.pk}", "?group=channel&part=groups"]
        asked += [f"?q={text}" for text in SEARCHES[:6]]
        return [f"/{name}/{query}" for query in asked]

    return Reads(addresses, shows="" if name == "orders" else "V")


def _export(name: str) -> Reads:
    return Reads(
        lambda world: [f"/{name}/export.csv", f"/{name}/export.csv?owner={world.olga.pk}"], shows="V"
    )


def _record(path: str, row: str, shows: str) -> Reads:
    def own(world: World) -> list[str]:
        return [path.format(world.own[row].pk)]

    def hidden(world: World) -> list[str]:
        return [path.format(world.theirs[row].pk)]

    return Reads(own, hidden, shows)


def _import_act(*names: str) -> Acts:
    return Acts(
        lambda world: [(f"/imports/{world.theirs['import'].pk}/{name}/", {"name": "x"}) for name in names]
    )


def _person(path: str) -> Reads:
    return Reads(
        lambda world: [path.format(world.own[row].pk) for row in ("person", "sally")],
        lambda world: [path.format(world.theirs[row].pk) for row in ("person", "colleague")],
        "Robin Visible",
    )


def _account(path: str) -> Reads:
    return Reads(
        lambda world: [path.format(world.own[row].pk) for row in ("account", "common")],
        lambda world: [path.format(world.theirs["account"].pk)],
        "Visible Ltd",
    )


def _api_list(name: str, shows: str) -> Reads:
    def addresses(world: World) -> list[str]:
        return [f"/api/v1/{name}", f"/api/v1/{name}?limit=1"] + [
            f"/api/v1/{name}?{filtered}"
            for filtered in _filters(name, world)
        ]  # fmt: skip

    return Reads(addresses, shows=shows)


def _filters(name: str, world: World) -> list[str]:
    olga = f"owner={world.olga.pk}"
    person, account = world.theirs["person"].pk, world.theirs["account"].pk
    return {
        "people": [
            olga,
            f"account={account}",
            "email=zebedee@quandary.example",
            *(f"q={s}" for s in SEARCHES),
        ],
        "accounts": [olga, "domain=needleworks-obscura.example", *(f"q={s}" for s in SEARCHES)],
        "leads": [olga, f"person={person}", f"account={account}", "state=qualified"],
        "deals": [olga, f"person={world.own['sally'].pk}", f"account={account}", "state=won", "state=lost"],
        "orders": [olga, f"person={world.own['sally'].pk}", "number=NDL-77123"],
        "activities": [olga, f"person={world.own['sally'].pk}"],
        "expenses": [olga, "state=booked", "category=meals"],
        "tasks": [olga, f"person={world.own['sally'].pk}", "state=open"],
        "meetings": [olga, f"deal={world.theirs['deal'].pk}", "state=confirmed"],
    }[name]


def _api_record(name: str, row: str, shows: str) -> Reads:
    return _record(f"/api/v1/{name}/{{}}", row, shows)


def _figures(path: str, *splits: str, turn: int | None = None) -> Reads:
    """Every metric; where `turn` is given each third one: those faces write what the page shows as it is."""
    return Reads(
        lambda world: [
            path.format(name) + split
            for place, name in enumerate(sorted(catalogue()))
            for split in splits or ("",)
            if turn is None or place % 3 == turn
        ]
    )


def _pairs(path: str, one: str, other: str, row: str) -> Acts:
    return Acts(lambda world: [(path, {one: world.own[row].pk, other: world.theirs[row].pk})])


def _merging(path: str, row: str) -> Acts:
    def tried(world: World) -> list[tuple[str, dict[str, Any]]]:
        own, theirs = world.own[row].pk, world.theirs[row].pk
        return [(path, {"keep": own, "lose": theirs}), (path, {"keep": theirs, "lose": own})]

    return Acts(tried)


def _target(act: str, **form: str) -> Acts:
    return Acts(
        lambda world: [
            (f"/targets/{act}/", {"seller_id": world.olga.pk, "period": "2026-Q1", **form}),
            (f"/targets/{act}/?team_id={world.olga.team_id}&period=2026-Q1", form),
        ]
    )


OWN_PAGE = NoRecords("One's own way in: it shows the reader to themselves at most.")
BY_TOKEN = NoRecords("Opened by the token of one quote, which its customer alone was sent.")
OF_A_GUEST = NoRecords("Opened by the token of one booking, which its guest alone was sent.")
SHARED = NoRecords("What the whole company shares: no seller's records are in it.")
JUST_MADE = NoRecords("An empty form; choices in it are tried by `pick`.")

ROUTES: dict[str, Way] = {
    # The way in.
    "sign-in/": OWN_PAGE,
    "sign-in/link/<str:token>/": OWN_PAGE,
    "sign-in/forgotten/": OWN_PAGE,
    "sign-in/reset/<str:uid>/<str:token>/": OWN_PAGE,
    "sign-out/": OWN_PAGE,
    "invitation/<str:token>/": OWN_PAGE,
    "account/password/": OWN_PAGE,
    "account/preferences/": OWN_PAGE,
    # Pages.
    "": Reads(lambda world: ["/", "/?window=all", f"/?window=all&territory={1}"]),
    "overview/figures/": Reads(lambda world: ["/overview/figures/", "/overview/figures/?window=all"]),
    "search/": Reads(
        lambda world: ["/search/?q=robin", *(f"/search/?q={s}" for s in SEARCHES)], shows="Robin"
    ),
    "search/results/": Reads(
        lambda world: ["/search/results/?q=robin", *(f"/search/results/?q={s}" for s in SEARCHES)],
        shows="Robin",
    ),
    "palette/": Reads(
        lambda world: [
            "/palette/?q=robin",
            "/palette/",
            *(f"/palette/?q={text}" for text in SEARCHES),
            *(
                f"/palette/?on={kind}:{world.theirs[kind].pk}"
                for kind in ("person", "account", "lead", "deal")
            ),
        ],
        shows="Robin",
    ),
    "palette/options/": Reads(
        lambda world: [
            "/palette/options/?q=robin",
            *(f"/palette/options/?q={text}" for text in SEARCHES),
            *(
                f"/palette/options/?on={kind}:{world.theirs[kind].pk}"
                for kind in ("person", "account", "lead", "deal")
            ),
        ],
        shows="Robin",
    ),
    "palette/do/<slug:name>/": Acts(
        lambda world: [
            (
                f"/palette/do/{name}/?on={kind}:{world.theirs[kind].pk}",
                {**FORM, f"{kind}_id": str(world.theirs[kind].pk), "title": "Mine"},
            )
            for name, kind in (
                ("edit_person", "person"),
                ("edit_account", "account"),
                ("qualify_lead", "lead"),
                ("reopen_deal", "deal"),
                ("win_deal", "deal"),
            )
        ]
    ),
    "favourites/<slug:kind>/<int:pk>/": Acts(
        lambda world: [
            (f"/favourites/{kind}/{world.theirs[kind].pk}/", {})
            for kind in ("person", "account", "lead", "deal")
        ]
    ),
    "seen/<slug:kind>/<int:pk>/": Acts(
        lambda world: [
            (f"/seen/{kind}/{world.theirs[kind].pk}/", {}) for kind in ("person", "account", "lead", "deal")
        ]
    ),
    "comments/named/": NoRecords("Colleagues' names, which everybody who works here knows."),
    "comments/<slug:kind>/<int:pk>/": Acts(
        lambda world: [
            (f"/comments/{kind}/{world.theirs[kind].pk}/", {"text": "Mine too"})
            for kind in ("person", "account", "lead", "deal")
        ]
    ),
    "comments/<int:pk>/remove/": Acts(
        lambda world: [(f"/comments/{world.theirs['comment'].pk}/remove/", {})]
    ),
    "cadences/<slug:kind>/<int:pk>/": Acts(
        lambda world: [
            (f"/cadences/deal/{world.theirs[row].pk}/", {"cadence_id": world.theirs["cadence"].pk})
            for row in ("deal", "won", "lost")
        ]
    ),
    "cadences/runs/<int:run_id>/leave/": Acts(
        lambda world: [(f"/cadences/runs/{world.theirs['enrolled'].pk}/leave/", {})]
    ),
    "files/<slug:kind>/<int:pk>/": Acts(
        lambda world: [
            (f"/files/{kind}/{world.theirs[kind].pk}/", {"files": "x"})
            for kind in ("person", "account", "lead", "deal")
        ]
    ),
    "files/<int:pk>/": _record("/files/{}/", "file", "Rita's own"),
    "files/<int:pk>/rename/": _record("/files/{}/rename/", "file", "Visible.pdf"),
    "files/<int:pk>/remove/": Acts(lambda world: [(f"/files/{world.theirs['file'].pk}/remove/", {})]),
    "pick/<str:kind>/": Reads(
        lambda world: [
            f"/pick/{kind}/?pick={text}&name=person_id"
            for kind in ("person", "account", "lead", "deal")
            for text in ("visi", *SEARCHES)
        ],
        shows="Visible",
    ),
    "people/": _list("people"),
    "people/export.csv": _export("people"),
    "people/new/": JUST_MADE,
    "people/duplicates/": Reads(lambda world: ["/people/duplicates/"]),
    "people/duplicates/apart/": _pairs("/people/duplicates/apart/", "one", "other", "person"),
    "people/duplicates/look/": NoRecords("Starts a search of the machine's own; it shows no record."),
    "people/merge/": _merging("/people/merge/", "person"),
    "quality/": Reads(
        lambda world: [
            "/quality/",
            *(f"/quality/?part={group}" for group in ("missing", "invalid", "stale", "unreachable")),
        ]
    ),
    "forecast/": NoRecords(
        "Sums of deals within the reader's reach; tests/web/forecast reads it as each role."
    ),
    "forecast/chances/": NoRecords(
        "Shares over all decided deals, open ones by visible_to; tests/web/forecast reads it as each role."
    ),
    "forecast/anew/": NoRecords("Has the machine make the forecast; it shows no record."),
    "quality/look/": NoRecords("Has the machine look for flaws; it shows no record."),
    "people/<int:pk>/identity/": _person("/people/{}/identity/"),
    "people/<int:pk>/visitors/<int:visitor>/part/": Acts(
        lambda world: [(f"/people/{world.theirs['person'].pk}/visitors/1/part/", {})]
    ),
    "people/<int:pk>/part/<int:lost>/": Acts(
        lambda world: [(f"/people/{world.own['person'].pk}/part/{world.theirs['person'].pk}/", {})]
    ),
    "people/<int:pk>/": _person("/people/{}/"),
    "people/<int:pk>/edit/": _person("/people/{}/edit/"),
    "people/<int:pk>/log/": _person("/people/{}/log/?kind=call"),
    "people/<int:pk>/everything/": Closed(("/people/1/everything/",)),
    "people/<int:pk>/everything.<str:form>": Acts(
        lambda world: [
            (f"/people/{world.theirs[row].pk}/everything.json", {}) for row in ("person", "colleague")
        ]
    ),
    "people/<int:pk>/erase/": Closed(("/people/1/erase/",)),
    "people/<int:pk>/erase/for-ever/": Closed(("/people/1/erase/for-ever/",)),
    "people/<int:pk>/consent/": _person("/people/{}/consent/"),
    "accounts/": _list("accounts"),
    "accounts/export.csv": _export("accounts"),
    "accounts/new/": JUST_MADE,
    "accounts/duplicates/": Reads(lambda world: ["/accounts/duplicates/"]),
    "accounts/duplicates/apart/": _pairs("/accounts/duplicates/apart/", "one", "other", "account"),
    "accounts/duplicates/look/": NoRecords("Starts a search of the machine's own; it shows no record."),
    "accounts/merge/": _merging("/accounts/merge/", "account"),
    "accounts/<int:pk>/identity/": _account("/accounts/{}/identity/"),
    "accounts/<int:pk>/part/<int:lost>/": Acts(
        lambda world: [(f"/accounts/{world.own['account'].pk}/part/{world.theirs['account'].pk}/", {})]
    ),
    "accounts/<int:pk>/": _account("/accounts/{}/"),
    "accounts/<int:pk>/edit/": _account("/accounts/{}/edit/"),
    "accounts/<int:pk>/place/": Closed(("/accounts/1/place/",)),
    "accounts/<int:pk>/release/": Closed(("/accounts/1/release/",)),
    "accounts/<int:pk>/log/": _account("/accounts/{}/log/?kind=call"),
    "cells/<slug:name>/<int:pk>/<slug:key>/": Reads(
        lambda world: [
            f"/cells/people/{world.own['person'].pk}/email/",
            f"/cells/deals/{world.own['deal'].pk}/value/",
        ],
        lambda world: [
            f"/cells/{name}/{world.theirs[row].pk}/owner/"
            for name, row in (
                ("people", "person"),
                ("people", "colleague"),
                ("accounts", "account"),
                ("leads", "lead"),
                ("deals", "deal"),
            )
        ],
        "visible.example",
    ),
    "exports/<slug:name>.<slug:form>": Reads(
        lambda world: (
            [
                f"/exports/{name}.csv?owner={world.olga.pk}"
                for name in ("people", "accounts", "leads", "deals", "quotes")
            ]
            + [f"/exports/{name}.csv" for name in ("people", "accounts", "leads", "deals", "quotes")]
        ),
        shows="Visible",
    ),
    "changes/<slug:name>/new/": JUST_MADE,
    "changes/<int:pk>/": _record("/changes/{}/", "bulk_edit", "Visible"),
    "changes/<int:pk>/start/": Acts(
        lambda world: [(f"/changes/{world.theirs['bulk_edit'].pk}/start/", {})],
    ),
    "changes/<int:pk>/stop/": Acts(
        lambda world: [(f"/changes/{world.theirs['bulk_edit'].pk}/stop/", {})],
    ),
    "changes/<int:pk>/go-on/": Acts(
        lambda world: [(f"/changes/{world.theirs['bulk_edit'].pk}/go-on/", {})],
    ),
    "views/<slug:name>/new/": JUST_MADE,
    "views/<int:pk>/edit/": _record("/views/{}/edit/", "view", "Visible ones"),
    "views/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/views/{world.theirs['view'].pk}/{name}/", {"query": "q=x"})
            for name in ("save", "delete", "open", "close")
        ]
    ),
    "leads/": _list("leads"),
    "leads/export.csv": _export("leads"),
    "leads/new/": JUST_MADE,
    "leads/<int:pk>/": _record("/leads/{}/", "lead", "Robin Visible"),
    "leads/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/leads/{world.theirs[row].pk}/{act}/", FORM)
            for row in ("lead", "qualified", "handed", "returned", "accepted")
            for act in [*lead_acts.AT_ONCE, *lead_acts._BY_FORM]
        ]
    ),
    "deals/": _list("deals"),
    "day/": Reads(
        lambda world: ["/day/", "/day/?all"],
        lambda world: [f"/day/?of={world.olga.pk}"],
        "Thank Robin",
    ),
    "day/queue/": Reads(
        lambda world: ["/day/queue/"], lambda world: [f"/day/queue/?of={world.olga.pk}"], "Thank Robin"
    ),
    "calls/<slug:kind>/<int:pk>/": Acts(
        lambda world: [
            (f"/calls/{kind}/{world.theirs[kind].pk}/", {"outcome": "reached"})
            for kind in ("person", "lead", "deal")
        ]
    ),
    "day/answered/": Reads(lambda world: ["/day/answered/"]),
    "day/quota/": Reads(lambda world: ["/day/quota/"], lambda world: [f"/day/quota/?of={world.olga.pk}"]),
    "day/<slug:name>/": Acts(
        lambda world: [
            (f"/day/{name}/?key={key}", {**FORM, "sleep": "tomorrow", "reason": "wrong", "then": "wait"})
            for name in day_acts._ACTS
            for key in (f"task:{world.theirs['task'].pk}", f"lead:{world.theirs['handed'].pk}")
        ]
    ),
    "calendar/": Reads(
        lambda world: (
            [f"/calendar/?day=2026-03-02{of}" for of in ("", "&of=all", f"&of={world.olga.pk}", "&of=x")]
            + ["/calendar/", "/calendar/?day=x"]
        ),
    ),
    "calendar/new/": Acts(
        lambda world: [
            (f"/calendar/new/?on={kind}:{world.theirs[kind].pk}", {"title": "x", "day": "2026-03-09"})
            for kind in ("person", "account", "lead", "deal")
        ]
    ),
    "calendar/taken/": Reads(
        lambda world: ["/calendar/taken/?day=2026-03-03&hour=10:00&length=1440", "/calendar/taken/?day=x"],
        lambda world: [f"/calendar/taken/?day=2026-03-03&meeting={world.theirs['meeting'].pk}"],
    ),
    "calendar/<int:pk>/": _record("/calendar/{}/", "meeting", "Visible meeting"),
    "calendar/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/calendar/{world.theirs['meeting'].pk}/{name}/", {"title": "x", "day": "2026-03-09"})
            for name in ("move", "edit", "held", "missed", "cancel", "restore", "reopen")
        ]
    ),
    "calendar/mine/": Reads(lambda world: ["/calendar/mine/"], shows="Visible meeting"),
    "calendar/mine/connect/": JUST_MADE,
    "calendar/mine/subscribe/": JUST_MADE,
    "calendar/mine/publish/": JUST_MADE,
    "calendar/mine/servers/<int:pk>/choose/": Acts(
        lambda world: [(f"/calendar/mine/servers/{world.theirs['calendar_server'].pk}/choose/", {})]
    ),
    "calendar/mine/servers/<int:pk>/look/": Acts(
        lambda world: [(f"/calendar/mine/servers/{world.theirs['calendar_server'].pk}/look/", {})]
    ),
    "calendar/mine/feeds/<int:pk>/revoke/": Acts(
        lambda world: [(f"/calendar/mine/feeds/{world.theirs['feed'].pk}/revoke/", {})]
    ),
    "calendar/mine/<int:pk>/edit/": Acts(
        lambda world: [(f"/calendar/mine/{world.theirs['calendar'].pk}/edit/", {"name": "x"})]
    ),
    "calendar/mine/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/calendar/mine/{world.theirs['calendar'].pk}/{name}/", {}) for name in ("read", "disconnect")
        ]
    ),
    "calendar/feed/<str:token>.ics": NoRecords("Opened by a secret that its user gave away themselves."),
    "tasks/": Reads(
        lambda world: ["/tasks/", "/tasks/?state=open", f"/tasks/?owner={world.olga.pk}", "/tasks/?q=zebe"],
        shows="Thank Robin",
    ),
    "tasks/export.csv": _export("tasks"),
    "tasks/new/": Acts(
        lambda world: [
            (f"/tasks/new/?on={kind}:{world.theirs[kind].pk}", {"text": "x", "kind": "todo"})
            for kind in ("person", "account", "lead", "deal")
        ]
    ),
    "tasks/<int:pk>/": _record("/tasks/{}/", "task", "Thank Robin"),
    "tasks/<int:pk>/<slug:name>/": Acts(
        lambda world: [(f"/tasks/{world.theirs['task'].pk}/{name}/", {}) for name in task_pages._DONE]
    ),
    "deals/export.csv": _export("deals"),
    "deals/new/": JUST_MADE,
    "targets/": Reads(
        lambda world: [f"/targets/{asked}" for asked in ("", "?period=2026-Q1", "?period=2026&metric=wins")],
        shows="8,642",
    ),
    "targets/<slug:holder>/<int:number>/": Reads(
        lambda world: [f"/targets/seller/{world.rita.pk}/?period=2026-Q1"],
        lambda world: [
            f"/targets/{held}/?period=2026-Q1"
            for held in (f"seller/{world.olga.pk}", f"team/{world.olga.team_id}")
        ],
        "8,642",
    ),
    "commission/": Reads(lambda world: ["/commission/", "/commission/?period=2026-Q1"]),
    "commission/<int:seller>/": Reads(
        lambda world: [], lambda world: [f"/commission/{world.olga.pk}/?period=2026-Q1"]
    ),
    "commission/plans/": Closed(("/commission/plans/",)),
    "commission/plans/new/": Closed(("/commission/plans/new/",)),
    "commission/plans/<int:pk>/": Closed(("/commission/plans/1/",)),
    "commission/plans/give/": Closed(("/commission/plans/give/",)),
    "commission/split/<int:pk>/": Acts(
        lambda world: [
            (
                f"/commission/split/{world.theirs['deal'].pk}/",
                {"seller_1": str(world.rita.pk), "share_1": "100"},
            )
        ]
    ),
    "commission/lock/": Closed(("/commission/lock/",)),
    "coaching/": NoRecords("Leads a seller on to their own page, which is tried as one."),
    "coaching/ramp/": Closed(("/coaching/ramp/",)),
    "coaching/effect/": Closed(("/coaching/effect/",)),
    **{
        f"coaching/setup/{path}": Closed(
            (
                f"/coaching/setup/{path}".replace("<int:pk>", "1")
                .replace("<slug:what>", "skills")
                .replace("<slug:way>", "retire"),
            )
        )
        for path in (
            "",
            "skills/new/",
            "skills/<int:pk>/",
            "scorecards/new/",
            "learning/new/",
            "learning/<int:pk>/",
            "<slug:what>/<int:pk>/<slug:way>/",
        )
    },
    "coaching/learning/<int:pk>/": Reads(
        lambda world: [f"/coaching/learning/{world.own['learning'].pk}/"], shows="Price"
    ),
    "coaching/learning/<int:pk>/<slug:name>/": NoRecords("Marks for oneself what the company shares."),
    "coaching/score/<int:activity>/": _record("/coaching/score/{}/", "call", "Visible words"),
    "coaching/plans/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/coaching/plans/{world.theirs['plan'].pk}/{name}/", {"text": "Mine"})
            for name in ("done", "drop", "open", "goal")
        ]
    ),
    "coaching/goals/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/coaching/goals/{world.theirs['goal'].pk}/{name}/", {}) for name in ("done", "open")
        ]
    ),
    "coaching/<int:user>/": Reads(
        lambda world: [f"/coaching/{world.rita.pk}/"],
        lambda world: [f"/coaching/{world.olga.pk}/"],
        "Visible words",
    ),
    "coaching/<int:user>/<slug:name>/": Acts(
        lambda world: [
            (f"/coaching/{world.olga.pk}/{name}/", {"text": "Mine", "title": "Mine", "kind": "note"})
            for name in ("assess", "note", "plan")
        ]
    ),
    "expenses/": Reads(
        lambda world: [f"/expenses/{asked}" for asked in ("", "?period=2026-03", "?period=2026&page=2")],
        shows="Visible trip",
    ),
    "expenses/new/": Reads(
        lambda world: ["/expenses/new/", f"/expenses/new/?deal={world.theirs['deal'].pk}"]
    ),
    "expenses/<int:pk>/": _record("/expenses/{}/", "expense", "Visible trip"),
    "expenses/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/expenses/{world.theirs['expense'].pk}/{name}/", {"reason": "x", "amount": "1"})
            for name in ("approve", "refuse", "correct", "withdraw")
        ]
    ),
    "selling-cost/": Reads(
        lambda world: [f"/selling-cost/?period=2026-Q1&by={by}" for by in ("owner", "team", "deal")],
        shows="77",
    ),
    "salaries/": Reads(lambda world: ["/salaries/"]),
    "salaries/set/": Reads(lambda world: ["/salaries/set/", f"/salaries/set/?user={world.olga.pk}"]),
    "targets/league/": Closed(("/targets/league/",)),
    "targets/set/": _target("set", amount="1"),
    "targets/split/": _target("split", across="months"),
    "targets/commit/": _target("commit", amount="1"),
    "targets/adjust/": _target("adjust", amount="1", note="x"),
    "deals/board/": Reads(
        lambda world: [
            "/deals/board/",
            f"/deals/board/?owner={world.olga.pk}",
            f"/deals/board/?team={world.olga.team_id}&window=all",
            f"/deals/board/?stage={world.theirs['stage']}&after=x",
            *(f"/deals/board/?q={text}" for text in SEARCHES),
        ],
        shows="Visible",
    ),
    "deals/board/<int:pk>/move/": Acts(
        lambda world: [
            (f"/deals/board/{world.theirs[row].pk}/move/", {**FORM, "stage_id": world.theirs["stage"]})
            for row in ("deal", "won", "lost")
        ]
    ),
    "pipeline/as-of/": Reads(
        lambda world: [
            "/pipeline/as-of/",
            "/pipeline/as-of/?on=2026-03-02&against=2026-03-03&known=then",
            f"/pipeline/as-of/?on=2026-03-02&owner={world.olga.pk}&team={world.olga.team_id}",
            *(f"/pipeline/as-of/?on=2026-03-01&step={step}" for step in Step),
        ],
        shows="Visible",
    ),
    "deals/<int:pk>/": _record("/deals/{}/", "deal", "Visible"),
    "deals/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/deals/{world.theirs[row].pk}/{act}/", {**FORM, "stage_id": "2"})
            for row in ("deal", "won", "lost")
            for act in [*deal_acts._AT_ONCE, *deal_acts._BY_FORM]
        ]
    ),
    "quotes/": _list("quotes"),
    "quotes/<int:pk>/": _record("/quotes/{}/", "quote", "Visible offer"),
    "quotes/<int:pk>/sums/": Acts(
        lambda world: [(f"/quotes/{world.theirs['quote'].pk}/sums/", {"lines": "0"})]
    ),
    "quotes/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/quotes/{world.theirs[row].pk}/{act}/", FORM)
            for row in ("quote", "sent_quote")
            for act in [*quote_acts._AT_ONCE, *quote_acts._BY_FORM]
        ]
    ),
    "invoices/<int:pk>/": Reads(lambda world: [], lambda world: [f"/invoices/{world.theirs['invoice'].pk}/"]),
    "invoices/<int:pk>/<slug:name>/": Acts(
        lambda world: [(f"/invoices/{world.theirs['invoice'].pk}/credit/", FORM)]
    ),
    "subscriptions/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/subscriptions/{world.theirs['subscription'].pk}/{act}/", {**FORM, "reason": "price"})
            for act in ("renew", "resume", "change", "end")
        ]
    ),
    "orders/<int:pk>/": _record("/orders/{}/", "order", "RITA-1"),
    "orders/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/orders/{world.theirs['order'].pk}/{act}/", FORM) for act in ("pay", "refund", "invoice")
        ]
    ),
    # What a PDF says is packed: that Rita gets hers is tested where they are made.
    "quotes/<int:pk>/mail/": Acts(
        lambda world: [(f"/quotes/{world.theirs['sent_quote'].pk}/mail/", {"text": "x", "to": "x@x.example"})]
    ),
    "quotes/<int:pk>/quote.pdf": Reads(
        lambda world: [],
        lambda world: [f"/quotes/{world.theirs[row].pk}/quote.pdf" for row in ("quote", "sent_quote")],
    ),
    "invoices/<int:pk>/invoice.pdf": Reads(
        lambda world: [], lambda world: [f"/invoices/{world.theirs['invoice'].pk}/invoice.pdf"]
    ),
    "q/<str:token>/": BY_TOKEN,
    "q/<str:token>/quote.pdf": BY_TOKEN,
    "undo/<uuid:batch>/": Acts(lambda world: [(f"/undo/{world.theirs['batch']}/", {})]),
    "explore/": SHARED,
    "explore/go/": NoRecords("Only sends the reader on to the address that they chose."),
    "explore/<slug:metric>/": _figures("/explore/{}/", "?by=owner", turn=2),
    "explore/<slug:metric>/rows/": _figures("/explore/{}/rows/"),
    "explore/<slug:metric>/figures.csv": _figures("/explore/{}/figures.csv", "?by=team", turn=0),
    "explore/<slug:metric>/figures.json": _figures("/explore/{}/figures.json", "?by=campaign", turn=1),
    # Settings: a seller has no right to any of them.
    **{
        f"settings/{path}": Closed(
            (
                f"/settings/{path}".replace("<int:pk>", "1")
                .replace("<int:place>", "1")
                .replace("<slug:way>", "up")
                .replace("<slug:what>", "up")
                .replace("<int:number>", "1")
                .replace("<slug:name>", "retry")
                .replace("<slug:which>", "new"),
            )
        )
        for path in (
            "",
            "users/",
            "automation/",
            "automation/new/",
            "automation/new/<slug:which>/",
            "automation/runs/",
            "automation/runs/<int:pk>/",
            "automation/runs/<int:pk>/<slug:name>/",
            "automation/tries/<int:pk>/",
            "automation/<int:pk>/",
            "automation/<int:pk>/edit/",
            "automation/<int:pk>/on/",
            "automation/<int:pk>/remove/",
            "automation/<int:pk>/try/",
            "automation/<int:pk>/<slug:name>/",
            "users/invite/",
            "users/invitations/<int:pk>/revoke/",
            "users/<int:pk>/",
            "users/<int:pk>/edit/",
            "users/<int:pk>/right/",
            "teams/",
            "teams/new/",
            "teams/<int:pk>/edit/",
            "territories/",
            "territories/new/",
            "territories/<int:pk>/edit/",
            "territories/<int:pk>/",
            "territories/rules/",
            "territories/rules/fallback/",
            "territories/rules/new/",
            "territories/rules/<int:number>/",
            "territories/rules/<int:number>/<slug:what>/",
            "territories/rules/<slug:name>/",
            "territories/reassign/",
            "territories/reassign/<int:pk>/",
            "territories/reassign/<int:pk>/leave-out/",
            "territories/reassign/<int:pk>/<slug:name>/",
            "fields/",
            "fields/new/",
            "fields/<int:pk>/edit/",
            "fields/<int:pk>/archive/",
            "currencies/",
            "currencies/new/",
            "currencies/rate/",
            "company/",
            "company/contacts/",
            "products/",
            "products/new/",
            "products/<int:pk>/edit/",
            "prices/",
            "prices/new/",
            "prices/<int:pk>/edit/",
            "prices/<int:pk>/set/",
            "taxes/",
            "taxes/set/",
            "selling/",
            "selling/limit/",
            "selling/terms/",
            "pipelines/",
            "pipelines/new/",
            "pipelines/<int:pk>/edit/",
            "stages/<int:pk>/edit/",
            "stages/<int:pk>/playbook/",
            "keys/",
            "keys/new/",
            "keys/<int:pk>/revoke/",
            "webhooks/",
            "webhooks/new/",
            "webhooks/<int:pk>/",
            "webhooks/<int:pk>/edit/",
            "webhooks/<int:pk>/secret/",
            "webhooks/<int:pk>/again/",
            "webhooks/<int:pk>/remove/",
            "webhooks/<int:pk>/messages/<int:number>/",
            "webhooks/<int:pk>/<slug:name>/",
            "sources/",
            "sources/new/",
            "sources/<int:pk>/",
            "sources/<int:pk>/edit/",
            "sources/<int:pk>/key/",
            "sources/<int:pk>/remove/",
            "sources/<int:pk>/live/",
            "sources/<int:pk>/properties/",
            "sources/<int:pk>/declare/",
            "sources/<int:pk>/<slug:name>/",
            "quarantine/",
            "quarantine/events/",
            "channels/",
            "channels/new/",
            "channels/reset/",
            "channels/<int:place>/cases/new/",
            "channels/<int:place>/cases/<int:number>/",
            "channels/<int:place>/cases/<int:number>/remove/",
            "channels/<int:place>/<slug:way>/",
            "quarantine/repair/",
            "quarantine/discard/",
            "quarantine/repairs/<int:pk>/<slug:name>/",
            "bots/",
            "bots/anew/",
            "bots/<int:pk>/",
            "jobs/",
            "jobs/<int:pk>/<slug:name>/",
            "jobs/release/<slug:which>/",
        )
    },
    "imports/": Reads(lambda world: ["/imports/"], shows="Visible list"),
    "imports/new/": NoRecords("A form for files; the import that it makes is its sender's own."),
    "imports/<int:pk>/": _record("/imports/{}/", "import", "Visible list"),
    "imports/<int:pk>/columns/": _record("/imports/{}/columns/", "import", "Visible list"),
    "imports/<int:pk>/preview/": _record("/imports/{}/preview/", "import", "Visible list"),
    "imports/<int:pk>/recipe.toml": _record("/imports/{}/recipe.toml", "import", "Visible list"),
    "imports/<int:pk>/bad-rows/<int:number>.csv": Reads(
        lambda world: [], lambda world: [f"/imports/{world.theirs['import'].pk}/bad-rows/0.csv"]
    ),
    "imports/<int:pk>/undo/": _import_act("undo"),
    "imports/<int:pk>/kept-rows.csv": Reads(
        lambda world: [], lambda world: [f"/imports/{world.theirs['import'].pk}/kept-rows.csv"]
    ),
    "imports/<int:pk>/correct/": _import_act("correct"),
    "imports/<int:pk>/recipe/": _import_act("recipe"),
    "imports/<int:pk>/<slug:name>/": _import_act("rehearse", "start", "stop", "drop"),
    "notifications/": Reads(lambda world: ["/notifications/"], shows="Robin waits"),
    "notifications/read/": OWN_PAGE,
    # The API.
    # For watchers.
    "healthz": NoRecords("Whether the process lives."),
    "readyz": NoRecords("Which parts of the installation are at work."),
    "api/v1/": NoRecords("The name of the API: nothing is there."),
    "api/": NoRecords("Whatever is not an address: answered 404."),
    "api/v1/openapi.json": SHARED,
    "api/v1/docs": SHARED,
    "api/v1/commands/<name>": ByRegistry(),
    "api/v1/commands/<name>/bulk": ByRegistry(),
    "api/v1/undo/<uuidstr:batch>": Acts(lambda world: [(f"/api/v1/undo/{world.theirs['batch']}", {})]),
    "api/v1/search": Reads(
        lambda world: ["/api/v1/search?q=robin", *(f"/api/v1/search?q={s}" for s in SEARCHES)],
        shows="Robin Visible",
    ),
    "api/v1/people": _api_list("people", "Robin Visible"),
    "api/v1/people/<int:number>": _person("/api/v1/people/{}"),
    "api/v1/people/<int:number>/timeline": Reads(
        lambda world: [f"/api/v1/people/{world.own[row].pk}/timeline" for row in ("person", "sally")],
        lambda world: [f"/api/v1/people/{world.theirs[row].pk}/timeline" for row in ("person", "colleague")],
        "lead.captured",
    ),
    "api/v1/accounts": _api_list("accounts", "Visible Ltd"),
    "api/v1/accounts/<int:number>": _account("/api/v1/accounts/{}"),
    "api/v1/accounts/<int:number>/timeline": Reads(
        lambda world: [f"/api/v1/accounts/{world.own[row].pk}/timeline" for row in ("account", "common")],
        lambda world: [f"/api/v1/accounts/{world.theirs['account'].pk}/timeline"],
        "lead.captured",
    ),
    "api/v1/leads": _api_list("leads", "paid_search"),
    "api/v1/leads/<int:number>": _api_record("leads", "lead", "paid_search"),
    "api/v1/leads/<int:number>/timeline": _record("/api/v1/leads/{}/timeline", "lead", "lead.captured"),
    "api/v1/deals": _api_list("deals", '"1200"'),
    "api/v1/deals/<int:number>": _api_record("deals", "deal", '"1200"'),
    "api/v1/deals/<int:number>/timeline": _record("/api/v1/deals/{}/timeline", "deal", "deal.opened"),
    "api/v1/orders": _api_list("orders", "RITA-1"),
    "api/v1/orders/<int:number>": _api_record("orders", "order", "RITA-1"),
    "api/v1/activities": _api_list("activities", ""),
    "api/v1/expenses": _api_list("expenses", "Visible trip"),
    "api/v1/expenses/<int:number>": _api_record("expenses", "expense", "Visible trip"),
    "api/v1/meetings": _api_list("meetings", "Visible meeting"),
    "api/v1/meetings/<int:number>": _api_record("meetings", "meeting", "Visible meeting"),
    "api/v1/tasks": _api_list("tasks", "Thank Robin"),
    "api/v1/tasks/<int:number>": _api_record("tasks", "task", "Thank Robin"),
    "api/v1/activities/<int:number>": Reads(
        lambda world: [], lambda world: [f"/api/v1/activities/{n}" for n in world.theirs["activities"]]
    ),
    "api/v1/files": Reads(
        lambda world: [f"/api/v1/files?kind=deal&record_id={world.own['deal'].pk}"],
        lambda world: [
            f"/api/v1/files?kind={kind}&record_id={world.theirs[kind].pk}"
            for kind in ("person", "account", "lead", "deal")
        ],
        "Visible.pdf",
    ),
    "api/v1/files/<int:number>": _record("/api/v1/files/{}", "file", "Rita's own"),
    "api/v1/metrics": SHARED,
    "api/v1/metrics/<name>": _figures("/api/v1/metrics/{}", "?by=owner", turn=2),
    "api/v1/metrics/<name>/rows": _figures("/api/v1/metrics/{}/rows", turn=2),
    "api/v1/campaigns": SHARED,
    "api/v1/campaigns/<int:number>": SHARED,
    "api/v1/products": SHARED,
    "api/v1/products/<int:number>": SHARED,
    "api/v1/users": NoRecords(
        "Colleagues, not records; a seller sees only herself, which its own test shows."
    ),
    "api/v1/users/<int:number>": NoRecords("As the list of users."),
    "api/v1/teams": SHARED,
    "api/v1/teams/<int:number>": SHARED,
    "api/v1/territories": SHARED,
    "api/v1/territories/<int:number>": SHARED,
    "api/v1/fields": SHARED,
    "api/v1/fields/<int:number>": SHARED,
    "api/v1/pipelines": SHARED,
    "api/v1/pipelines/<int:number>": SHARED,
    # Mail.
    "mail/new/": Reads(
        lambda world: [
            f"/mail/new/?person={world.own['person'].pk}",
            f"/mail/new/?reply={world.own['mail'].pk}",
        ],
        lambda world: [
            f"/mail/new/?person={world.theirs['person'].pk}",
            f"/mail/new/?lead={world.theirs['lead'].pk}",
            f"/mail/new/?deal={world.theirs['deal'].pk}",
            f"/mail/new/?reply={world.theirs['mail'].pk}",
        ],
        "robin@visible.example",
    ),
    "mail/unknown/": Reads(lambda world: ["/mail/unknown/"], shows="Visible mail"),
    "mail/unknown/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/mail/unknown/{world.theirs['recipient'].pk}/{name}/", {})
            for name in ("look", "again", "sent", "failed")
        ]
    ),
    "mail/threads/<int:pk>/": _record("/mail/threads/{}/", "thread", "Visible mail, in full"),
    "mail/threads/<int:pk>/<slug:name>/": Acts(
        lambda world: [(f"/mail/threads/{world.theirs['thread'].pk}/private/", {})]
    ),
    "mail/<int:pk>/": Reads(lambda world: [], lambda world: [f"/mail/{world.theirs['mail'].pk}/"]),
    "mail/<int:pk>/invitation/<slug:name>/": Acts(
        lambda world: [(f"/mail/{world.theirs['mail'].pk}/invitation/accepted/", {})]
    ),
    "book/<slug:slug>/": NoRecords("Open to everybody: it shows when somebody is free, and no record."),
    "book/yours/<str:token>/": OF_A_GUEST,
    "book/yours/<str:token>/move/": OF_A_GUEST,
    "book/yours/<str:token>/meeting.ics": OF_A_GUEST,
    "settings/booking/": Reads(lambda world: ["/settings/booking/"], shows="Visible meeting"),
    "settings/booking/new/": JUST_MADE,
    "settings/booking/<int:pk>/edit/": _record(
        "/settings/booking/{}/edit/", "booking_page", "Visible meeting"
    ),
    "settings/booking/<int:pk>/<slug:name>/": Acts(
        lambda world: [(f"/settings/booking/{world.theirs['booking_page'].pk}/close/", {})]
    ),
    "settings/mailboxes/": Reads(lambda world: ["/settings/mailboxes/"], shows="rita@example.com"),
    "settings/mailboxes/new/": JUST_MADE,
    "settings/mailboxes/connected/": NoRecords("Takes only what was asked for in one's own session."),
    "settings/mailboxes/providers/<slug:name>/": Closed(("/settings/mailboxes/providers/google/",)),
    "settings/mailboxes/providers/<slug:name>/remove/": Closed(
        ("/settings/mailboxes/providers/google/remove/",)
    ),
    "hooks/mail/<str:key>/": NoRecords("Opened by the key of one mailbox's provider; it shows nothing."),
    "settings/mailboxes/<int:pk>/esp/": Acts(
        lambda world: [
            (f"/settings/mailboxes/{world.theirs['mailbox'].pk}/esp/", {"esp": "postmark", "api_key": "x"})
        ]
    ),
    "settings/mailboxes/<int:pk>/connect/": Acts(
        lambda world: [(f"/settings/mailboxes/{world.theirs['mailbox'].pk}/connect/", {})]
    ),
    "settings/mailboxes/<int:pk>/": _record("/settings/mailboxes/{}/", "mailbox", "rita@example.com"),
    "settings/mailboxes/<int:pk>/edit/": _record(
        "/settings/mailboxes/{}/edit/", "mailbox", "smtp.example.com"
    ),
    "settings/mailboxes/<int:pk>/remove/": Acts(
        lambda world: [(f"/settings/mailboxes/{world.theirs['mailbox'].pk}/remove/", {})]
    ),
    "settings/mailboxes/<int:pk>/<slug:name>/": Acts(
        lambda world: [
            (f"/settings/mailboxes/{world.theirs['mailbox'].pk}/{name}/", {})
            for name in ("try", "read", "off", "on", "disconnect", "server")
        ]
    ),
    "settings/templates/": Reads(lambda world: ["/settings/templates/"], shows="Visible mail"),
    "settings/templates/new/": Closed(("/settings/templates/new/",)),
    "settings/templates/<int:pk>/edit/": Closed(("/settings/templates/1/edit/",)),
    "settings/templates/<int:pk>/archive/": Closed(("/settings/templates/1/archive/",)),
    "settings/templates/snippets/new/": JUST_MADE,
    "settings/templates/snippets/<int:pk>/remove/": Acts(
        lambda world: [(f"/settings/templates/snippets/{world.theirs['snippet'].pk}/remove/", {})]
    ),
    "settings/templates/signature/": OWN_PAGE,
}
