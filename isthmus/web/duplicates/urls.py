"""The addresses of duplicates."""

from django.urls import path

from isthmus.web.duplicates import identity, views

urlpatterns = [
    path("people/duplicates/", views.people, name="people-duplicates"),
    path("accounts/duplicates/", views.accounts, name="accounts-duplicates"),
    path("people/<int:pk>/identity/", identity.person, name="person-identity"),
    path("accounts/<int:pk>/identity/", identity.account, name="account-identity"),
    path("people/<int:pk>/visitors/<int:visitor>/part/", identity.part_visitor, name="part-visitor"),
    path("people/merge/", views.merge, {"of": "people"}, name="merge-people"),
    path("accounts/merge/", views.merge, {"of": "accounts"}, name="merge-accounts"),
    path("people/duplicates/apart/", views.apart, {"of": "people"}, name="people-apart"),
    path("accounts/duplicates/apart/", views.apart, {"of": "accounts"}, name="accounts-apart"),
    path("people/duplicates/look/", views.look, {"of": "people"}, name="people-look"),
    path("accounts/duplicates/look/", views.look, {"of": "accounts"}, name="accounts-look"),
    path("people/<int:pk>/part/<int:lost>/", identity.part, {"of": "people"}, name="part-people"),
    path("accounts/<int:pk>/part/<int:lost>/", identity.part, {"of": "accounts"}, name="part-accounts"),
]
