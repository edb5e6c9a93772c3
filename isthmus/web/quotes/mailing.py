"""Mailing a quote: its link and its PDF, to the contact, from one's own mailbox."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.files.storing import Incoming
from isthmus.sales.models import WITH_CUSTOMER, Quote
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.messages.composing import booking_links, sending_mailboxes
from isthmus.web.quotes.amounts import whole_day
from isthmus.web.quotes.links import public_link
from isthmus.web.quotes.paper import quote_paper
from isthmus.web.quotes.pdf import file_name, pdf_of
from isthmus.workspace.models import Company


class MailQuoteForm(ActForm):
    """From where, to whom, what, and whether the PDF goes along."""

    mailbox_id = forms.TypedChoiceField(label=gettext_lazy("From"), coerce=int)
    to = forms.EmailField(label=gettext_lazy("To"))
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=500)
    text = forms.CharField(
        label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 9, "autofocus": True})
    )
    with_pdf = forms.BooleanField(label=gettext_lazy("Attach it as PDF"), required=False)
    wide = ("subject", "text")

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own: Any = self.fields["mailbox_id"]
        own.choices = [(one.pk, str(one)) for one in sending_mailboxes(actor)]


@needs("mail.send")
def mail_quote(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail a quote that is with its customer; without a mailbox its link is there to be copied."""
    actor = actor_of(request)
    visible = Quote.objects.visible_to(actor, "deals.edit").filter(state__in=WITH_CUSTOMER)
    quote = get_object_or_404(visible.select_related("deal", "person", "account", "owner"), pk=pk)
    link, page = public_link(quote, request) or "", reverse("quote", args=[quote.pk])
    form = MailQuoteForm(actor, sent(request), initial=_initial(quote, link, actor))
    request.booking_links = booking_links(request, actor)  # type: ignore[attr-defined]
    request.quote_link = link  # type: ignore[attr-defined]
    request.has_mailbox = bool(form.fields["mailbox_id"].choices)  # type: ignore[attr-defined]
    act = Act(
        "mail_quote",
        _("Mail the quote"),
        _("The mail is on its way."),
        page,
        {"quote_id": quote.pk},
        page,
        str(quote),
        _("Send"),
    )
    return act_by_form(
        request, act, form, read=lambda one: _arguments(one, quote), template="quotes/mail_form.html"
    )


def _initial(quote: Quote, link: str, actor: Actor) -> dict[str, Any]:
    """The words, which the seller changes as they want; amounts and days in the customer's language."""
    mailboxes = list(sending_mailboxes(actor)[:2])
    with translation.override((quote.person.locale if quote.person else "") or "en"):
        known = {
            "name": (quote.person.full_name if quote.person else "") or _("there"),
            "number": quote,
            "total": formats.exact_money(quote.total, quote.currency),
            "day": whole_day(quote.valid_until),
            "link": link,
        }
        text = _(
            "Hello %(name)s,\n\nhere is our quote %(number)s over %(total)s. You can read it, keep it as PDF "
            "and accept it on its page until %(day)s:\n\n%(link)s\n\nIf anything is open, just answer this "
            "mail.\n"
        )
        company = Company.current().name
        subject = _("Quote %(number)s of %(company)s") % {"number": quote, "company": company}
        return {
            "mailbox_id": mailboxes[0].pk if len(mailboxes) == 1 else None,
            "to": quote.person.email if quote.person else "",
            "subject": subject,
            "text": text % known,
            "with_pdf": True,
        }


def _arguments(form: MailQuoteForm, quote: Quote) -> Mapping[str, Any]:
    given = form.arguments()
    attach = given.pop("with_pdf", False)
    given["to"] = [given["to"]]
    return {**given, "files": [_stored(quote)]} if attach else given


def _stored(quote: Quote) -> dict[str, str]:
    """The PDF as a file that is here; where the mail is refused it belongs to nothing and is swept away."""
    content, paper = pdf_of(lambda: quote_paper(quote))
    incoming = Incoming(file_name(paper))
    incoming.write(content)
    ended = incoming.end()
    return {"name": ended.name, "stored": ended.stored}
