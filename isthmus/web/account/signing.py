"""Signing in with a password, and out."""

from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from isthmus.web.account.forms import SignInForm


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail and password; then go where the reader wanted to go."""
    if request.user.is_authenticated:
        return redirect(_onward(request, request.user))
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.user is not None:
        login(request, form.user)
        return redirect(_onward(request, form.user))
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "account/sign_in.html", context, status=422 if form.is_bound else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this sign-in."""
    logout(request)
    return redirect("sign-in")


def _onward(request: HttpRequest, user: Any) -> str:
    """Where the reader wanted to go; else where their day begins: a seller's with the queue."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure()):
        return asked
    return resolve_url("my-day" if user.role == "seller" else "overview")
