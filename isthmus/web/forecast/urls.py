"""The addresses of the page Forecast."""

from django.urls import path

from isthmus.web.forecast import views

urlpatterns = [
    path("forecast/", views.forecast, name="forecast"),
    path("forecast/chances/", views.chances, name="chances"),
    path("forecast/anew/", views.anew, name="make-forecast"),
]
