"""The addresses of leads."""

from django.urls import path

from isthmus.web.leads import acts, views

urlpatterns = [
    path("leads/", views.leads, name="leads"),
    path("leads/export.csv", views.export, name="leads-export"),
    path("leads/new/", views.new, name="new-lead"),
    path("leads/<int:pk>/", views.lead, name="lead"),
    path("leads/<int:pk>/<slug:name>/", acts.act, name="lead-act"),
]
