"""The addresses of coaching."""

from django.urls import path

from isthmus.web.coaching import acts, effect, ramp, scoring, setting, views

urlpatterns = [
    path("coaching/", views.coaching_page, name="coaching"),
    path("coaching/ramp/", ramp.ramp_page, name="coaching-ramp"),
    path("coaching/effect/", effect.effect_page, name="coaching-effect"),
    path("coaching/setup/", setting.setup_page, name="coaching-setup"),
    path("coaching/setup/skills/new/", setting.add_skill, name="new-skill"),
    path("coaching/setup/skills/<int:pk>/", setting.edit_skill, name="edit-skill"),
    path("coaching/setup/scorecards/new/", setting.add_scorecard, name="new-scorecard"),
    path("coaching/setup/learning/new/", setting.add_learning, name="new-learning"),
    path("coaching/setup/learning/<int:pk>/", setting.edit_learning, name="edit-learning"),
    path("coaching/setup/<slug:what>/<int:pk>/<slug:way>/", setting.turn, name="turn-coaching"),
    path("coaching/learning/<int:pk>/", views.learning_page, name="learning"),
    path("coaching/learning/<int:pk>/<slug:name>/", acts.learn, name="learn"),
    path("coaching/score/<int:activity>/", scoring.score, name="score-activity"),
    path("coaching/plans/<int:pk>/<slug:name>/", acts.act_on_plan, name="act-on-plan"),
    path("coaching/goals/<int:pk>/<slug:name>/", acts.act_on_goal, name="act-on-goal"),
    path("coaching/<int:user>/", views.seller_page, name="coached"),
    path("coaching/<int:user>/<slug:name>/", acts.coach, name="coach"),
]
