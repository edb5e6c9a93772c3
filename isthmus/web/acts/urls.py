"""The address that takes acts back."""

from django.urls import path

from isthmus.web.acts import undoing

urlpatterns = [path("undo/<uuid:batch>/", undoing.undo, name="undo")]
