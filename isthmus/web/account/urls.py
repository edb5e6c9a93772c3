"""The addresses of signing in and of one's own access."""

from django.urls import path

from isthmus.web.account import links, passwords, preferences, signing

urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("sign-in/link/<str:token>/", links.sign_in_link, name="sign-in-link"),
    path("sign-in/forgotten/", passwords.forgotten, name="forgotten-password"),
    path("sign-in/reset/<str:uid>/<str:token>/", passwords.reset, name="reset-password"),
    path("sign-out/", signing.sign_out, name="sign-out"),
    path("invitation/<str:token>/", links.invitation, name="invitation"),
    path("account/password/", passwords.change, name="change-password"),
    path("account/preferences/", preferences.preferences, name="preferences"),
]
