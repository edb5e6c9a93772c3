"""The addresses of quotes."""

from django.urls import path

from isthmus.web.quotes import acts, views

urlpatterns = [
    path("quotes/", views.quotes, name="quotes"),
    path("quotes/<int:pk>/", views.quote, name="quote"),
    path("quotes/<int:pk>/sums/", views.sums, name="quote-sums"),
    path("quotes/<int:pk>/<slug:name>/", acts.act, name="quote-act"),
]
