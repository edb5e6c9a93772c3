"""The addresses of the customer's page, and of documents as PDF."""

from django.urls import path

from isthmus.web.quotes import mailing, papers
from isthmus.web.quotes.public import views

urlpatterns = [
    path("q/<str:token>/", views.quote, name="public_quote"),
    path("q/<str:token>/quote.pdf", views.pdf, name="public_quote_pdf"),
    path("quotes/<int:pk>/quote.pdf", papers.quote_pdf, name="quote_pdf"),
    path("quotes/<int:pk>/mail/", mailing.mail_quote, name="mail_quote"),
    path("invoices/<int:pk>/invoice.pdf", papers.invoice_pdf, name="invoice_pdf"),
]
