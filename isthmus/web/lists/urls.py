"""The addresses that belong to all lists."""

from django.urls import path

from isthmus.web.lists import cells, files

urlpatterns = [
    path("cells/<slug:name>/<int:pk>/<slug:key>/", cells.cell, name="cell"),
    path("exports/<slug:name>.<slug:form>", files.export, name="list-export"),
]
