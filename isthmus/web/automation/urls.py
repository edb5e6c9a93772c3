"""The addresses of rules, their rehearsals and their runs."""

from django.urls import path

from isthmus.web.automation import editing, enrolled, rules, runs, trying

urlpatterns = [
    path("cadences/<slug:kind>/<int:pk>/", enrolled.enrol, name="enrol"),
    path("cadences/runs/<int:run_id>/leave/", enrolled.leave, name="leave-cadence"),
    path("settings/automation/", rules.rules, name="settings-automation"),
    path("settings/automation/new/", rules.begin, name="begin-rule"),
    path("settings/automation/new/<slug:which>/", editing.new, name="new-rule"),
    path("settings/automation/runs/", runs.runs, name="rule-runs"),
    path("settings/automation/runs/<int:pk>/", runs.run, name="rule-run"),
    path("settings/automation/runs/<int:pk>/<slug:name>/", runs.act, name="rule-run-act"),
    path("settings/automation/tries/<int:pk>/", trying.dry_run, name="rule-try"),
    path("settings/automation/<int:pk>/", rules.rule, name="rule"),
    path("settings/automation/<int:pk>/edit/", editing.edit, name="edit-rule"),
    path("settings/automation/<int:pk>/on/", rules.switch_on, name="switch-rule-on"),
    path("settings/automation/<int:pk>/remove/", rules.remove, name="remove-rule"),
    path("settings/automation/<int:pk>/try/", trying.begin, name="try-rule"),
    path("settings/automation/<int:pk>/<slug:name>/", rules.act, name="rule-act"),
]
