"""The first account, signing in and out, and one's own settings."""

from __future__ import annotations

import math
from typing import Any

from axes.helpers import get_client_ip_address, get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from gallery import access
from gallery.forms import (
    FirstAccountExists,
    FirstAccountForm,
    HomeZoneForm,
    NewPasswordForm,
    TokenForm,
)
from gallery.models import ApiToken, Photo, User
from gallery.web.answers import invalid, redirect_back, safe_next
from gallery.web.requests import SignedInRequest, signed_in

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters()
@csrf_protect
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def first_account(request: HttpRequest) -> HttpResponse:
    """Make the administrator of an empty installation. Closed for good afterwards."""
    if User.objects.exists():
        return redirect("gallery:login")
    form = FirstAccountForm(request.POST or None)
    if request.method != "POST":
        return render(request, "registration/first_account.html", {"form": form})
    if not form.is_valid():
        return invalid(request, "registration/first_account.html", {"form": form})
    try:
        user = form.save()
    except FirstAccountExists:
        messages.error(request, "The first account was just made by somebody else. Sign in.")
        return redirect("gallery:login")
    login(request, user, backend=MODEL_BACKEND)
    return redirect("gallery:upload")


@sensitive_post_parameters()
@csrf_protect
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect_back(request, "gallery:timeline")
    if not User.objects.exists():
        return redirect("gallery:first-account")
    form = AuthenticationForm(request, request.POST or None)
    context = {"form": form, "next": safe_next(request)}
    if request.method != "POST":
        return render(request, "registration/login.html", context)
    if not form.is_valid():
        return invalid(request, "registration/login.html", context)
    login(request, form.get_user())
    return redirect_back(request, "gallery:timeline")


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Answer somebody who guessed too often. Called by axes (settings.AXES_LOCKOUT_CALLABLE)."""
    seconds = _seconds_to_wait(request, credentials)
    context = {"minutes": math.ceil(seconds / 60)}
    answer = render(request, "registration/locked_out.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


@never_cache
@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    answer = redirect("gallery:login")
    # Pictures were kept by the browser for ever; the next person at it must not find them.
    answer["Clear-Site-Data"] = '"cache"'
    return answer


@never_cache
@signed_in
def account(request: SignedInRequest) -> HttpResponse:
    return render(request, "gallery/account.html", _account_context(request.user))


@require_POST
@signed_in
def set_home_zone(request: SignedInRequest) -> HttpResponse:
    form = HomeZoneForm(request.POST, instance=User.objects.get(pk=request.user.pk))
    if not form.is_valid():
        return _invalid_account(request, zone_form=form)
    form.instance.save(update_fields=["home_zone_name"])
    messages.success(request, f"Your home time zone is {form.instance.home_zone_name} now.")
    if not Photo.objects.owned_by(request.user).filter(utc_offset_known=False).exists():
        return redirect("gallery:account")
    # Says how many photos were dated by the zone before, and offers to date them again.
    return redirect(reverse("gallery:date-settings") + "?check=1#again")


@sensitive_post_parameters()
@require_POST
@signed_in
def change_password(request: SignedInRequest) -> HttpResponse:
    form = NewPasswordForm(request.user, request.POST)
    if not form.is_valid():
        return _invalid_account(request, password_form=form)
    update_session_auth_hash(request, form.save())
    messages.success(request, "Your password is changed. All other browsers are signed out.")
    return redirect("gallery:account")


@never_cache
@require_POST
@signed_in
def make_token(request: SignedInRequest) -> HttpResponse:
    """Make a token for a program and show it this once: it is kept as a hash only."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _invalid_account(request, token_form=form)
    _, text = ApiToken.make(request.user, form.cleaned_data["name"])
    context = {**_account_context(request.user), "new_token": text}
    return render(request, "gallery/account.html", context)


@require_POST
@signed_in
def revoke_token(request: SignedInRequest, token_id: int) -> HttpResponse:
    token = access.token_for(request.user, token_id)
    token.delete()
    messages.success(request, f"The token “{token.name}” no longer works.")
    return redirect("gallery:account")


def _account_context(user: User) -> dict[str, Any]:
    return {
        "zone_form": HomeZoneForm(instance=user),
        "password_form": NewPasswordForm(user),
        "token_form": TokenForm(),
        "tokens": user.api_tokens.all(),
    }


def _invalid_account(request: SignedInRequest, **form: BaseForm) -> HttpResponse:
    return invalid(request, "gallery/account.html", {**_account_context(request.user), **form})


def _seconds_to_wait(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    """Until the oldest-standing lock of this name and address is over; never below one."""
    cool_off = get_cool_off(request)
    latest = (
        AccessAttempt.objects.filter(
            username=get_client_username(request, credentials),
            ip_address=get_client_ip_address(request),
        )
        .order_by("-attempt_time")
        .first()
    )
    if latest is None or cool_off is None:
        return 1
    left = latest.attempt_time + cool_off - timezone.now()
    return max(math.ceil(float(left.total_seconds())), 1)
