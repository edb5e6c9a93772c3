"""The addresses of accounts."""

from django.urls import path

from isthmus.web.accounts import views

urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/export.csv", views.export, name="accounts-export"),
    path("accounts/new/", views.new, name="new-account"),
    path("accounts/<int:pk>/", views.account, name="account"),
    path("accounts/<int:pk>/edit/", views.edit, name="edit-account"),
    path("accounts/<int:pk>/log/", views.log, name="account-log"),
]
