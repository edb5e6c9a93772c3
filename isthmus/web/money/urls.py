"""The addresses of commission."""

from django.urls import path

from isthmus.web.money import plans, views

urlpatterns = [
    path("commission/", views.commission, name="commission"),
    path("commission/lock/", views.lock, name="lock-commission"),
    path("commission/plans/", plans.plans, name="commission-plans"),
    path("commission/plans/new/", plans.new_plan, name="new-commission-plan"),
    path("commission/plans/<int:pk>/", plans.change_plan, name="change-commission-plan"),
    path("commission/plans/give/", plans.assign, name="assign-commission-plan"),
    path("commission/split/<int:pk>/", plans.split, name="split-credit"),
    path("commission/<int:seller>/", views.seller_statement, name="commission-statement"),
]
