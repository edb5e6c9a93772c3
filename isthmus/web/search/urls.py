"""The addresses of the search."""

from django.urls import path

from isthmus.web.search import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/results/", views.results, name="search-results"),
]
