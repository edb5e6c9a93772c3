"""The addresses of sources, quarantine, channels and bots."""

from django.urls import path

from isthmus.web.collect import bots, channels, live, quarantine, repairing, source, sources

urlpatterns = [
    path("settings/sources/", sources.sources, name="settings-sources"),
    path("settings/sources/new/", sources.new, name="new-source"),
    path("settings/sources/<int:pk>/", source.source, name="source"),
    path("settings/sources/<int:pk>/edit/", sources.edit, name="edit-source"),
    path("settings/sources/<int:pk>/key/", sources.key, name="source-key"),
    path("settings/sources/<int:pk>/remove/", sources.remove, name="remove-source"),
    path("settings/sources/<int:pk>/live/", live.live, name="source-live"),
    path("settings/sources/<int:pk>/properties/", live.properties, name="source-properties"),
    path("settings/sources/<int:pk>/declare/", live.declare, name="source-declare"),
    path("settings/sources/<int:pk>/<slug:name>/", sources.act, name="source-act"),
    path("settings/quarantine/", quarantine.quarantine, name="settings-quarantine"),
    path("settings/quarantine/events/", quarantine.group, name="quarantine-group"),
    path("settings/channels/", channels.channels, name="settings-channels"),
    path("settings/channels/new/", channels.new_rule, name="new-channel-rule"),
    path("settings/channels/reset/", channels.reset, name="reset-channels"),
    path("settings/channels/<int:place>/cases/new/", channels.new_case, name="new-channel-case"),
    path("settings/channels/<int:place>/cases/<int:number>/", channels.edit_case, name="edit-channel-case"),
    path(
        "settings/channels/<int:place>/cases/<int:number>/remove/",
        channels.remove_case,
        name="remove-channel-case",
    ),
    path("settings/channels/<int:place>/<slug:way>/", channels.move_rule, name="move-channel-rule"),
    path("settings/quarantine/repair/", repairing.repair, name="quarantine-repair"),
    path("settings/quarantine/discard/", repairing.discard, name="quarantine-discard"),
    path("settings/quarantine/repairs/<int:pk>/<slug:name>/", repairing.act, name="repair-act"),
    path("settings/bots/", bots.bots, name="settings-bots"),
    path("settings/bots/anew/", bots.rejudge, name="rejudge-bots"),
    path("settings/bots/<int:pk>/", bots.judge, name="judge-bot"),
]
