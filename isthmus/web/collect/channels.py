"""Channels in Settings: the rules in their order, changing them, and trying a visit on them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.collect.channels.current import written_rules
from isthmus.collect.channels.names import channel_name
from isthmus.collect.channels.queries import edition_for
from isthmus.core import clock, commands
from isthmus.core.refusals import Refusal
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, refused, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.collect.rule_forms import CaseForm, RuleForm
from isthmus.web.collect.rule_words import case_parts
from isthmus.web.collect.trying import tried
from isthmus.web.settings.frame import show

HOME = "settings-channels"
Written = dict[str, Any]
Changed = Callable[[list[Written]], list[Written]]


@needs("sources.edit")
def channels(request: HttpRequest) -> HttpResponse:
    """The rules, and above them a bench on which a visit can be tried."""
    context: dict[str, Any] = {
        "url": request.GET.get("url", "").strip()[:2000],
        "referrer": request.GET.get("referrer", "").strip()[:2000],
    }
    context["tried"] = tried(context["url"], context["referrer"])
    if request.htmx and "url" in request.GET:  # type: ignore[attr-defined]
        return render(request, "collect/channels.html#tried", context)
    return show(request, HOME, "collect/channels.html", {**context, **_shown(request)})


@needs("sources.edit")
def new_rule(request: HttpRequest) -> HttpResponse:
    """A rule above all others: whoever adds one means something special."""
    form = RuleForm(sent(request))

    def with_it(rules: list[Written]) -> list[Written]:
        return [form.rule(), *rules]

    act = _act(_("New rule"), _("The rule is added, above all others."), 1, _("Add it"))
    return _by_form(request, act, form, with_it)


@needs("sources.edit")
def new_case(request: HttpRequest, place: int) -> HttpResponse:
    """One more case in which a rule fits."""
    rule, form = _rule(_rules(), place), CaseForm(sent(request))

    def with_it(rules: list[Written]) -> list[Written]:
        _rule(rules, place)["cases"].append(form.case())
        return rules

    title = _("Also %(channel)s, if") % {"channel": channel_name(rule["channel"])}
    act = _act(title, _("The rule fits in this case too."), place, _("Add it"))
    return _by_form(request, act, form, with_it)


@needs("sources.edit")
def edit_case(request: HttpRequest, place: int, number: int) -> HttpResponse:
    """Another channel for a rule, other conditions for one of its cases."""
    rule = _rule(_rules(), place)
    form = RuleForm(sent(request), initial={**_case(rule, number), "channel": rule["channel"]})

    def with_it(rules: list[Written]) -> list[Written]:
        changed = _rule(rules, place)
        _case(changed, number)
        changed["channel"] = form.rule()["channel"]
        changed["cases"][number - 1] = form.case()
        return rules

    act = _act(_("Change rule %d") % place, _("The rule is changed."), place, _("Save"))
    return _by_form(request, act, form, with_it)


@needs("sources.edit")
@require_POST
def remove_case(request: HttpRequest, place: int, number: int) -> HttpResponse:
    """Take one case of a rule away; with the last one goes the rule."""
    rules = _rules()
    rule = _rule(rules, place)
    _case(rule, number)
    rule["cases"].pop(number - 1)
    if not rule["cases"]:
        rules.remove(rule)
    act = _act("", _("Removed."), min(place, len(rules)))
    return _at_once(request, act, rules)


@needs("sources.edit")
@require_POST
def move_rule(request: HttpRequest, place: int, way: str) -> HttpResponse:
    """One place up or down. The table comes back with the same button in focus, to be pressed again."""
    rules, to = _rules(), {"up": place - 1, "down": place + 1}.get(way)
    if to is None:
        raise Http404
    rule = _rule(rules, place)
    if not 1 <= to <= len(rules):  # The first goes no further up.
        return _moved(request, place, way)
    rules.insert(to - 1, rules.pop(place - 1))
    if not request.htmx:  # type: ignore[attr-defined]
        done = _("%(channel)s is rule %(place)d now.") % {
            "channel": channel_name(rule["channel"]),
            "place": to,
        }
        return _at_once(request, _act("", done, to), rules)
    try:
        commands.run("set_channel_rules", _arguments(request, rules), by=actor_of(request), at=clock.now())
    except Refusal as refusal:
        answer = refused(request, refusal, reverse(HOME))
        answer["HX-Retarget"], answer["HX-Reswap"] = "#answer", "innerHTML"
        return answer
    return _moved(request, to, way)


@needs("sources.edit")
def reset(request: HttpRequest) -> HttpResponse:
    """Back to the rules as they are shipped."""
    act = Act(
        "reset_channel_rules",
        _("Back to the shipped rules"),
        _("The shipped rules count again."),
        reverse(HOME),
        {},
        reverse(HOME),
        _("Your own rules count no more for visits to come. This can be undone."),
        _("Go back"),
    )
    return act_by_form(request, act, ActForm(sent(request)))


def _shown(request: HttpRequest, moved: int = 0, way: str = "") -> dict[str, Any]:
    """What the table of rules needs; the rule that was just moved keeps the focus on its button."""
    edition = edition_for(actor_of(request))
    rules = [
        {
            "place": place,
            "channel": channel_name(rule["channel"]),
            "code": rule["channel"],
            "cases": list(enumerate(map(case_parts, rule["cases"]), 1)),
            "focus": way if place == moved else "",
        }
        for place, rule in enumerate(_rules(), 1)
    ]
    return {"rules": rules, "edition": edition, "read": edition.pk if edition else 0}


def _moved(request: HttpRequest, place: int, way: str) -> HttpResponse:
    return render(request, "collect/channels.html#rules", _shown(request, place, way))


def _by_form(request: HttpRequest, act: Act, form: CaseForm, change: Changed) -> HttpResponse:
    """Show the form, or set the rules as `change` makes them of those that count and what was filled in."""
    if request.method != "POST":
        edition = edition_for(actor_of(request))
        form.fields["edition"].initial = edition.pk if edition else 0

    def read(given: Any) -> Mapping[str, Any]:
        return _arguments(request, change(_rules()))

    return act_by_form(request, act, form, read=read)


def _at_once(request: HttpRequest, act: Act, rules: Sequence[Written]) -> HttpResponse:
    whole = Act(act.command, act.title, act.done, act.onward, _arguments(request, rules), act.back)
    return act_now(request, whole)


def _act(title: str, done: str, place: int, verb: str = "") -> Act:
    page = reverse(HOME)
    return Act("set_channel_rules", title, done, f"{page}#rule-{place}", {}, page, verb=verb)


def _arguments(request: HttpRequest, rules: Sequence[Written]) -> dict[str, Any]:
    """The rules, and the edition that the page showed: what others wrote since is not overwritten."""
    shown = request.POST.get("edition", "")
    return {"rules": list(rules), **({"edition": int(shown)} if shown.isascii() and shown.isdigit() else {})}


def _rules() -> list[Written]:
    """The rules that count, free to be changed."""
    return [{**rule, "cases": [dict(case) for case in rule["cases"]]} for rule in written_rules()]


def _rule(rules: Sequence[Written], place: int) -> Written:
    if not 1 <= place <= len(rules):
        raise Http404
    return rules[place - 1]


def _case(rule: Written, number: int) -> Written:
    if not 1 <= number <= len(rule["cases"]):
        raise Http404
    case: Written = rule["cases"][number - 1]
    return case
