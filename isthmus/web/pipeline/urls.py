"""The address of the pipeline of a past day."""

from django.urls import path

from isthmus.web.pipeline import views

urlpatterns = [
    path("pipeline/as-of/", views.as_of, name="pipeline-as-of"),
]
