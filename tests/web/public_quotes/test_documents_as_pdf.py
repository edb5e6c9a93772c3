"""Quotes, invoices and credit notes as PDF: the same bytes each time, and never a box in them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.core.actors import SYSTEM
from isthmus.people.models import Person
from isthmus.sales.commands import accept_quote, edit_selling_terms, pay_order, refund_order, revise_quote
from isthmus.sales.models import Invoice, Quote
from isthmus.web.quotes.glyphs import LettersMissing, fitting
from isthmus.web.quotes.paper import invoice_paper, quote_paper
from isthmus.web.quotes.pdf import _fitting, pdf_of
from tests.cast import MONDAY_NOON
from tests.sales.quoting import sent

LATIN = frozenset([*range(0x20, 0x7F), *range(0xA0, 0x180), 0x2013])


@pytest.mark.django_db
class TestDocuments:
    def test_a_customer_gets_their_quote_and_twice_the_same_bytes(self, customer, address):
        first, second = customer.get(f"{address}quote.pdf"), customer.get(f"{address}quote.pdf")

        assert first["Content-Type"] == "application/pdf"
        assert 'filename="Q-2026-0001.pdf"' in first["Content-Disposition"]
        assert first["Referrer-Policy"] == "no-referrer"
        assert first.content.startswith(b"%PDF-")
        assert first.content == second.content

    def test_what_was_replaced_is_given_out_no_more_and_a_wrong_token_gives_nothing(
        self, customer, quote, address
    ):
        revise_quote(quote_id=quote.pk, by=SYSTEM, at=MONDAY_NOON)

        assert customer.get(f"{address}quote.pdf")["Location"] == address
        assert customer.get("/q/guessed/quote.pdf").status_code == 404

    def test_inside_it_is_for_whoever_may_see_the_quote(self, client, quote, rita, olga):
        path = f"/quotes/{quote.pk}/quote.pdf"

        client.force_login(rita)
        assert client.get(path).content.startswith(b"%PDF-")
        client.force_login(olga)
        assert client.get(path).status_code == 404

    def test_invoice_and_credit_note_say_what_they_are_and_add_up_as_people_add(self, client, quote, rita):
        edit_selling_terms(address="1 Old Lane", tax_number="DE 1", by=SYSTEM, at=MONDAY_NOON)
        taken = accept_quote(quote_id=quote.pk, name="Pat", purchase_number="PO-7", by=SYSTEM, at=MONDAY_NOON)
        pay_order(order_id=taken.order_id, by=SYSTEM, at=MONDAY_NOON)
        refund_order(order_id=taken.order_id, amount=Decimal("66.37"), by=SYSTEM, at=MONDAY_NOON)
        invoice, note = Invoice.objects.get(kind="invoice"), Invoice.objects.get(kind="credit")

        issued = invoice_paper(invoice)
        edit_selling_terms(
            address="9 New Road", tax_number="DE 9", bank="New bank", by=SYSTEM, at=MONDAY_NOON
        )
        assert invoice_paper(invoice) == issued
        assert list(issued.sender) == ["1 Old Lane"]
        Invoice.objects.update(seller_address=None)  # As one is that was issued before this was kept.
        assert invoice_paper(Invoice.objects.get(kind="invoice")).sender == ["9 New Road"]

        paper = invoice_paper(note)
        assert (paper.title, paper.number, paper.total) == ("Credit note", "C-2026-0001", "€66.37")
        assert ("Corrects invoice", "I-2026-0001") in paper.facts
        assert ("Your order number", "PO-7") in invoice_paper(invoice).facts
        lines = sum(Decimal(row.net.removeprefix("€")) for row in paper.rows)
        net, tax, total = (Decimal(one.amount.removeprefix("€")) for one in paper.sums)
        assert (lines, net + tax) == (net, total)
        client.force_login(rita)
        assert client.get(f"/invoices/{note.pk}/invoice.pdf").content.startswith(b"%PDF-")

    def test_many_lines_and_long_terms_go_on_over_pages(self, quote):
        lines = [
            {
                "description": f"Thing {number} " + "of many words " * (number % 12),
                "unit_price": Decimal(number),
            }
            for number in range(1, 71)
        ]
        long = sent(quote.deal, lines, terms="\n".join(["A sentence that goes on. " * 40] * 12))

        content, _paper = pdf_of(lambda: quote_paper(long))

        assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") >= 4

    def test_a_name_in_another_script_is_refused_in_words_and_no_box_is_drawn(
        self, client, customer, quote, address, rita
    ):
        Person.objects.filter(pk=quote.person_id).update(full_name="Παύλος")
        client.force_login(rita)

        for answer in (customer.get(f"{address}quote.pdf"), client.get(f"/quotes/{quote.pk}/quote.pdf")):
            assert answer.status_code == 409
            assert "Print the page itself" in answer.content.decode()
            assert "Π" in answer.content.decode()

    def test_where_a_language_has_letters_of_its_own_the_document_is_in_english(
        self, customer, quote, address
    ):
        Person.objects.filter(pk=quote.person_id).update(locale="uk")

        assert "квітня" in customer.get(address).content.decode()
        assert customer.get(f"{address}quote.pdf").content.startswith(b"%PDF-")

    def test_a_draft_says_that_it_is_one(self, quote):
        assert quote_paper(quote).title == "Quote"
        draft = revise_quote(quote_id=quote.pk, by=SYSTEM, at=MONDAY_NOON)

        paper = quote_paper(Quote.objects.get(pk=draft.pk))
        assert paper.title == "Draft of a quote"
        assert ("Version", "2") in paper.facts


@pytest.mark.core
class TestLetters:
    def test_what_has_a_plain_form_is_written_in_it_and_a_symbol_by_its_name(self):
        assert fitting("Café\u202f12\u201110 ＡＢ １２ ٣", LATIN) == "Café\u00a012-10 AB 12 3"
        assert fitting("Go 🚀", LATIN) == "Go [rocket]"
        assert fitting("a\u200bb\u00ad\tc\nd", LATIN) == "ab\u00ad c\nd"
        assert fitting("e\u0301", LATIN) == "é"

    def test_letters_of_another_script_are_named_in_the_refusal(self):
        with pytest.raises(LettersMissing, match="П р и в е т"):
            fitting("Привет", LATIN)

    @settings(max_examples=40)
    @given(st.text(max_size=40))
    def test_nothing_is_ever_written_that_the_typeface_lacks(self, text):
        try:
            written = fitting(text, LATIN)
        except LettersMissing:
            return
        assert all(ord(one) in LATIN or one == "\n" for one in written)

    def test_the_typeface_writes_the_languages_that_it_is_there_for(self):
        for text in ("Žluťoučký kůň", "Łódź", "Straße Ærøskøbing", "Ğüşıöç", "Őrült", "€ £ ₹ ₺ ¥ − – — “”"):
            assert _fitting()(text) == text
