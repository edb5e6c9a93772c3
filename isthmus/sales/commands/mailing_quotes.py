"""A quote on its way to its customer by mail."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.messages.commands.writing import send_mail
from isthmus.messages.models import Message
from isthmus.sales.models import WITH_CUSTOMER, Quote
from isthmus.sales.quoting.standing import locked_quote, need_state, save, token_of


class QuoteMailedAlready(Refusal):
    """A version of a quote goes out by mail once."""


@command(
    permission="mail.send",
    label=gettext_lazy("Mail a quote"),
    trade="sales",
    undo="take_back_mail",
    undo_arguments=lambda message, _given: {"message_id": message.pk},
)
def mail_quote(
    *,
    quote_id: int,
    mailbox_id: int,
    text: str,
    by: Actor,
    at: datetime,
    to: list[str] | None = None,
    subject: str = "",
    files: list[dict[str, str]] | None = None,
) -> Message:
    """Mail the page of a sent quote to its contact from one's mailbox, once for each version.

    Where the text does not say the link it is put under it. A mail that was taken back can be sent anew.
    """
    quote = locked_quote(quote_id, by)
    need_state(quote, *WITH_CUSTOMER)
    earlier = quote.mail
    if earlier is not None and earlier.taken_back_at is None:
        raise QuoteMailedAlready(
            _("This quote went out by mail already. Write again in that mail, or revise the quote.")
        )
    message: Message = send_mail(
        anyway=True,
        mailbox_id=mailbox_id,
        to=to or _to_contact(quote),
        subject=subject or _("Quote %(number)s") % {"number": quote},
        text=_with_link(text, quote),
        person_id=quote.person_id,
        deal_id=quote.deal_id,
        files=files,
        by=by,
        at=at,
    )
    quote.mail = message
    save(quote, "mail")
    return message


def _to_contact(quote: Quote) -> list[str] | None:
    return [quote.person.email] if quote.person is not None and quote.person.email else None


def _with_link(text: str, quote: Quote) -> str:
    token = token_of(quote)
    if not token:
        raise InvalidInput({"text": _("This quote has no page any more. Revise it to make one that has.")})
    if token in text or not text.strip():
        return text  # Without a word nothing is sent; that is refused by the mail itself.
    if not settings.PUBLIC_URL:
        raise InvalidInput(
            {
                "text": _(
                    "Put the link to the quote into the text: this installation does not know its address."
                )
            }
        )
    return f"{text.rstrip()}\n\n{settings.PUBLIC_URL}/q/{token}/\n"
