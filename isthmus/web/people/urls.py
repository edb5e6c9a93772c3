"""The addresses of people."""

from django.urls import path

from isthmus.web.people import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/export.csv", views.export, name="people-export"),
    path("people/new/", views.new, name="new-person"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/edit/", views.edit, name="edit-person"),
    path("people/<int:pk>/log/", views.log, name="person-log"),
    path("people/<int:pk>/consent/", views.consent, name="person-consent"),
]
