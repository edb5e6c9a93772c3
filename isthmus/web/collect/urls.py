"""The addresses of sources and of quarantine."""

from django.urls import path

from isthmus.web.collect import quarantine, source, sources

urlpatterns = [
    path("settings/sources/", sources.sources, name="settings-sources"),
    path("settings/sources/new/", sources.new, name="new-source"),
    path("settings/sources/<int:pk>/", source.source, name="source"),
    path("settings/sources/<int:pk>/edit/", sources.edit, name="edit-source"),
    path("settings/sources/<int:pk>/key/", sources.key, name="source-key"),
    path("settings/sources/<int:pk>/remove/", sources.remove, name="remove-source"),
    path("settings/sources/<int:pk>/<slug:name>/", sources.act, name="source-act"),
    path("settings/quarantine/", quarantine.quarantine, name="settings-quarantine"),
    path("settings/quarantine/events/", quarantine.group, name="quarantine-group"),
]
