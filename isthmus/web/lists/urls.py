"""The addresses that belong to all lists."""

from django.urls import path

from isthmus.web.lists import cells

urlpatterns = [
    path("cells/<slug:name>/<int:pk>/<slug:key>/", cells.cell, name="cell"),
]
