"""The addresses of commission."""

from django.urls import path

from isthmus.web.money import views

urlpatterns = [
    path("commission/", views.commission, name="commission"),
    path("commission/lock/", views.lock, name="lock-commission"),
    path("commission/<int:seller>/", views.seller_statement, name="commission-statement"),
]
