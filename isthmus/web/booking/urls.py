"""The addresses of booking pages: those of guests, and their settings."""

from django.urls import path

from isthmus.web.booking import pages
from isthmus.web.booking.public import views

urlpatterns = [
    path("book/yours/<str:token>/", views.yours, name="guest-booking"),
    path("book/yours/<str:token>/move/", views.move, name="move-guest-booking"),
    path("book/yours/<str:token>/meeting.ics", views.calendar_file, name="guest-calendar"),
    path("book/<slug:slug>/", views.book, name="book"),
    path("settings/booking/", pages.pages, name="settings-booking"),
    path("settings/booking/new/", pages.new, name="new-booking-page"),
    path("settings/booking/<int:pk>/edit/", pages.edit, name="edit-booking-page"),
    path("settings/booking/<int:pk>/<slug:name>/", pages.switch, name="switch-booking-page"),
]
