"""The addresses of settings and of one's notifications."""

from django.urls import path

from isthmus.web.settings import company, fields, jobs, keys, notices, pipelines, stages, trees, users

urlpatterns = [
    path("settings/", users.home, name="settings"),
    path("settings/users/", users.users, name="settings-users"),
    path("settings/users/invite/", users.invite, name="invite-user"),
    path("settings/users/invitations/<int:pk>/revoke/", users.revoke, name="revoke-invitation"),
    path("settings/users/<int:pk>/", users.user, name="settings-user"),
    path("settings/users/<int:pk>/edit/", users.edit, name="edit-user"),
    path("settings/users/<int:pk>/right/", users.right, name="user-right"),
    path("settings/teams/", trees.teams, name="settings-teams"),
    path("settings/teams/new/", trees.new_team, name="new-team"),
    path("settings/teams/<int:pk>/edit/", trees.edit_team, name="edit-team"),
    path("settings/territories/", trees.territories, name="settings-territories"),
    path("settings/territories/new/", trees.new_territory, name="new-territory"),
    path("settings/territories/<int:pk>/edit/", trees.edit_territory, name="edit-territory"),
    path("settings/fields/", fields.fields, name="settings-fields"),
    path("settings/fields/new/", fields.new, name="new-field"),
    path("settings/fields/<int:pk>/edit/", fields.edit, name="edit-field"),
    path("settings/fields/<int:pk>/archive/", fields.archive, name="archive-field"),
    path("settings/currencies/", company.currencies, name="settings-currencies"),
    path("settings/currencies/new/", company.new_currency, name="new-currency"),
    path("settings/currencies/rate/", company.new_rate, name="new-rate"),
    path("settings/company/", company.company, name="settings-company"),
    path("settings/pipelines/", pipelines.pipelines, name="settings-pipelines"),
    path("settings/pipelines/new/", pipelines.new, name="new-pipeline"),
    path("settings/pipelines/<int:pk>/edit/", stages.edit_pipeline, name="edit-pipeline"),
    path("settings/stages/<int:pk>/edit/", stages.edit_stage, name="edit-stage"),
    path("settings/keys/", keys.keys, name="settings-keys"),
    path("settings/keys/new/", keys.new, name="new-key"),
    path("settings/keys/<int:pk>/revoke/", keys.revoke, name="revoke-key"),
    path("settings/jobs/", jobs.jobs, name="settings-jobs"),
    path("settings/jobs/release/<slug:which>/", jobs.release, name="release-jobs"),
    path("settings/jobs/<int:pk>/<slug:name>/", jobs.act, name="job-act"),
    path("notifications/", notices.notifications, name="notifications"),
    path("notifications/read/", notices.mark_read, name="read-notifications"),
]
