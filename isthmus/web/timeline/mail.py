"""The sentences of mail on a timeline: as much of each as its reader may see."""

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.ledger.timeline import PastFact
from isthmus.messages.access import Level
from isthmus.messages.queries import Seen
from isthmus.web.timeline.names import Names
from isthmus.web.timeline.sentences import Told, tells

SHOWN = 280


@tells("sales", "message.received", "message.replied")
def _received(fact: PastFact, names: Names) -> Told:
    seen = _seen(fact, names)
    sender = seen.sender if seen else None
    words = _("Automatic mail from %(who)s") if fact.values.get("automatic") else _("Mail from %(who)s")
    return _told(words % {"who": _who(sender)} if sender else _("Mail received"), fact, names)


@tells("sales", "message.sent")
def _sent(fact: PastFact, names: Names) -> Told:
    seen = _seen(fact, names)
    to = ", ".join(_who(one) for one in seen.receivers[:2]) if seen else ""
    return _told(_("Mail to %(who)s") % {"who": to} if to else _("Mail sent"), fact, names)


@tells(
    "sales",
    "message.failed",
    "message.suppressed",
    "message.outcome_unknown",
    "message.bounced",
    "message.complained",
)
def _went_wrong(fact: PastFact, names: Names) -> Told:
    words = {
        "message.failed": _("A mail was not delivered"),
        "message.suppressed": _("A mail was not sent: the address must not be written to"),
        "message.outcome_unknown": _("Nobody knows whether a mail arrived"),
        "message.bounced": _("A mail came back"),
        "message.complained": _("They called a mail spam: nobody writes to them any more"),
    }
    return _told(words[fact.kind], fact, names, quoted=False)


@tells("system", "message.queued", "message.taken_back", "message.waiting", "message.delivered")
def _underway(fact: PastFact, names: Names) -> Told:
    words = {
        "message.queued": _("A mail was written"),
        "message.taken_back": _("A mail was taken back before it went"),
        "message.waiting": _("A mail is sent again"),
        "message.delivered": _("A mail was delivered"),
    }
    return Told(words[fact.kind], side=names.user(fact.owner))


def _told(title: str, fact: PastFact, names: Names, quoted: bool = True) -> Told:
    seen = _seen(fact, names)
    text = seen.message.text if seen and quoted and seen.level == Level.FULL else ""
    return Told(
        title,
        quiet=seen.subject if seen else "",
        quote=_beginning(text),
        side=names.user(fact.owner),
        href=reverse("mail-thread", args=[seen.message.thread_id]) if seen else "",
    )


def _beginning(text: str) -> str:
    """The first lines, without what is quoted of the mail before."""
    lines = [line for line in text.splitlines() if not line.startswith(">")]
    plain = " ".join(" ".join(lines).split())
    return plain if len(plain) <= SHOWN else f"{plain[:SHOWN].rsplit(' ', 1)[0]} …"


def _who(one: object) -> str:
    return str(one)


def _seen(fact: PastFact, names: Names) -> Seen | None:
    return names.messages.get(fact.values.get("message_id") or 0)
