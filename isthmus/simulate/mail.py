"""Some mail of the sample company: threads with people of open deals, as its mailboxes would have read them.

The mailboxes are switched off, so that nothing is called and nothing is ever sent.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from isthmus.core import automations
from isthmus.core.actors import SYSTEM
from isthmus.messages.commands import add_mailbox, save_snippet, save_template, switch_mailbox
from isthmus.messages.models import Folder, Mailbox
from isthmus.messages.receiving.parsing import Named, Parsed
from isthmus.messages.receiving.taking_in import Item, take_in
from isthmus.sales.models import Deal, DealState
from isthmus.workspace.models import User

THREADS = 9
_TALKS = (
    (
        "Water use in hall 2",
        (
            "Could you send us the figures of the pilot once more? Our board meets on Thursday.",
            "Here they are: 18 % less water in the first month. Shall I join your call for ten minutes?",
            "Thank you, that helps. Please do join, at ten.",
        ),
    ),
    (
        "Delivery before the season",
        (
            "We would need the first twenty probes before the season starts. Can you do that?",
            "Yes: two weeks from your order. I hold twenty for you until Friday.",
        ),
    ),
    (
        "Terms of the offer",
        ("Our purchasing asks for 45 days instead of 30. Everything else is fine.",),
    ),
)


def write_mail(*, until: datetime) -> int:
    """Write the threads, up to an hour before a moment; how many mails."""
    until -= timedelta(hours=1)
    deals = Deal.objects.filter(state=DealState.OPEN, person__isnull=False, owner__is_active=True)
    chosen = list(
        deals.exclude(person__email="").select_related("person", "owner").order_by("-opened_at", "pk")
    )
    count = 0
    with automations.setting_off(automations.Choice()):
        for number, deal in enumerate(chosen[:THREADS]):
            count += _talk(number, deal, _mailbox(deal.owner, until), until)
    _words(until)
    return count


def _talk(number: int, deal: Deal, mailbox: Mailbox, until: datetime) -> int:
    subject, lines = _TALKS[number % len(_TALKS)]
    begins = max(until - timedelta(days=2 + number, hours=number), deal.opened_at + timedelta(minutes=5))
    mails = list(_mails(number, deal, mailbox, subject, lines, begins, until))
    for uid, mail in enumerate(mails, start=number * 10 + 1):
        role = Folder.Role.SENT if mail.sender.address == mailbox.address else Folder.Role.INBOX
        folder, _made = Folder.objects.get_or_create(
            mailbox=mailbox, role=role, defaults={"name": str(role.label), "uidvalidity": 1}
        )
        take_in(folder, [Item(uid, mail.rfc_id, mail)], at=mail.at)
        Folder.objects.filter(pk=folder.pk).update(
            on_server=folder.holdings.count(), here=folder.holdings.count(), compared_at=until
        )
    return len(mails)


def _mails(
    number: int,
    deal: Deal,
    mailbox: Mailbox,
    subject: str,
    lines: tuple[str, ...],
    at: datetime,
    until: datetime,
) -> Iterator[Parsed]:
    assert deal.person is not None
    they, we = Named(deal.person.email, deal.person.full_name), Named(mailbox.address, mailbox.name)
    before: list[str] = []
    for turn, text in enumerate(lines):
        sender, receiver = (they, we) if turn % 2 == 0 else (we, they)
        rfc_id = f"<{number}.{turn}@mail.{sender.address.rpartition('@')[2]}>"
        sent_at = at + timedelta(hours=3 * turn)
        if sent_at > until:
            return
        yield Parsed(
            rfc_id=rfc_id,
            in_reply_to=before[-1] if before else "",
            references=tuple(before),
            subject=subject if turn == 0 else f"Re: {subject}",
            text=f"{_greeting(receiver)}\n\n{text}\n\n{sender.name}",
            html="",
            at=sent_at,
            sender=sender,
            to=(receiver,),
        )
        before.append(rfc_id)


def _greeting(one: Named) -> str:
    return f"Dear {one.name.split()[0]}," if one.name else "Hello,"


def _mailbox(owner: User, at: datetime) -> Mailbox:
    known: Mailbox | None = Mailbox.objects.filter(address=owner.email).first()
    if known is not None:
        return known
    host = "mail.example.com"
    made = add_mailbox(
        address=owner.email,
        name=owner.name,
        owner_id=owner.pk,
        smtp_host=host,
        imap_host=host,
        privacy="full",
        by=SYSTEM,
        at=at,
    )
    Mailbox.objects.filter(pk=made.pk).update(synced_at=at)
    return switch_mailbox(mailbox_id=made.pk, on=False, by=SYSTEM, at=at)


def _words(at: datetime) -> None:
    text = "Dear {{ person.first_name | default: Sir or Madam }},\n\nthank you for your time today."
    text += " As promised, the summary for {{ account.name | default: your company }}:\n\n"
    save_template(
        name="After a first call", subject="Our call today", text=text, locale="en", by=SYSTEM, at=at
    )
    save_snippet(
        name="Terms", text="Payment within 30 days, delivery within two weeks.", shared=True, by=SYSTEM, at=at
    )
