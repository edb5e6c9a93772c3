"""The addresses of signing in and of one's own access."""

from django.urls import path

from isthmus.web.account import signing

urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("sign-out/", signing.sign_out, name="sign-out"),
]
