"""The addresses of territories, of their rules and of reassignments."""

from django.urls import path

from isthmus.web.territories import editing, placing, reassigning, rules, tree

urlpatterns = [
    path("accounts/<int:pk>/place/", placing.place, name="place-account"),
    path("accounts/<int:pk>/release/", placing.release, name="release-account"),
    path("settings/territories/", tree.territories, name="settings-territories"),
    path("settings/territories/<int:pk>/", tree.territory, name="territory"),
    path("settings/territories/rules/", rules.rules, name="territory-rules"),
    path("settings/territories/rules/fallback/", editing.fallback, name="territory-rules-fallback"),
    path("settings/territories/rules/new/", editing.new, name="new-territory-rule"),
    path("settings/territories/rules/<int:number>/", editing.edit, name="edit-territory-rule"),
    path("settings/territories/rules/<int:number>/<slug:what>/", editing.move, name="move-territory-rule"),
    path("settings/territories/rules/<slug:name>/", rules.act, name="territory-rules-act"),
    path("settings/territories/reassign/", reassigning.new, name="new-reassignment"),
    path("settings/territories/reassign/<int:pk>/", reassigning.reassignment, name="reassignment"),
    path(
        "settings/territories/reassign/<int:pk>/leave-out/",
        reassigning.leave_out,
        name="leave-out-of-reassignment",
    ),
    path("settings/territories/reassign/<int:pk>/<slug:name>/", reassigning.act, name="reassignment-act"),
]
