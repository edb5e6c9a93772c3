"""The addresses of the page Quality."""

from django.urls import path

from isthmus.web.quality import views

urlpatterns = [
    path("quality/", views.quality, name="quality"),
    path("quality/look/", views.look, name="look-for-flaws"),
]
