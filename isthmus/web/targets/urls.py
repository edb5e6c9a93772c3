"""The addresses of targets."""

from django.urls import path

from isthmus.web.targets import acts, league, views

urlpatterns = [
    path("targets/", views.targets_page, name="targets"),
    path("targets/league/", league.league_page, name="targets-league"),
    path("targets/set/", acts.set_quota, name="set-quota"),
    path("targets/split/", acts.split_quota, name="split-quota"),
    path("targets/commit/", acts.commit, name="commit-forecast"),
    path("targets/adjust/", acts.adjust, name="adjust-commitment"),
    path("targets/<slug:holder>/<int:number>/", views.holder_page, name="target"),
]
