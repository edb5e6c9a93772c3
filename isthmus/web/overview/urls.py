"""The overview's address."""

from django.urls import path

from isthmus.web.overview import views

urlpatterns = [path("", views.overview, name="overview")]
