"""The addresses of deals."""

from django.urls import path

from isthmus.web.sales import acts, views
from isthmus.web.sales.board import moving
from isthmus.web.sales.board import views as board

urlpatterns = [
    path("deals/", views.deals, name="deals"),
    path("deals/export.csv", views.export, name="deals-export"),
    path("deals/new/", views.new, name="new-deal"),
    path("deals/board/", board.board, name="deals-board"),
    path("deals/board/<int:pk>/move/", moving.move, name="move-on-board"),
    path("deals/<int:pk>/", views.deal, name="deal"),
    path("deals/<int:pk>/<slug:name>/", acts.act, name="deal-act"),
]
