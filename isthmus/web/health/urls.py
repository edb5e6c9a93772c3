"""The addresses that a watcher asks."""

from django.urls import path

from isthmus.web.health import views

urlpatterns = [
    path("healthz", views.alive, name="alive"),
    path("readyz", views.ready, name="ready"),
]
