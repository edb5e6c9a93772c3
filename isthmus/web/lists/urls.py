"""The addresses that belong to all lists."""

from django.urls import path

from isthmus.web.lists import cells, files, saving

urlpatterns = [
    path("cells/<slug:name>/<int:pk>/<slug:key>/", cells.cell, name="cell"),
    path("exports/<slug:name>.<slug:form>", files.export, name="list-export"),
    path("views/<slug:name>/new/", saving.new, name="new-view"),
    path("views/<int:pk>/edit/", saving.edit, name="edit-view"),
    path("views/<int:pk>/<slug:name>/", saving.act, name="view-act"),
]
