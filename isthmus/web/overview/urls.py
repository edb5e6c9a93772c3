"""The overview's addresses."""

from django.urls import path

from isthmus.web.overview import views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("overview/figures/", views.overview_figures, name="overview-figures"),
]
