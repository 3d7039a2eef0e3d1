"""The sign-in page, one's own account, and the mail of a local portal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allauth.account import views as allauth_views
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language
from rest_framework.authtoken.models import Token

from accounts import services
from accounts.demo import DEMO_PASSWORD, demo_accounts
from accounts.mailbox import read_letters
from accounts.models import User

MOST_LETTERS = 100


class LoginView(allauth_views.LoginView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"demo_accounts": demo_accounts(), "demo_password": DEMO_PASSWORD}


login = LoginView.as_view()


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the middleware lets nobody else in
    return request.user


def _profile(request: HttpRequest, new_token: str = "") -> HttpResponse:
    reader = _reader(request)
    context = {
        "second_factor": is_mfa_enabled(reader),
        "token": Token.objects.filter(user=reader).first(),
        "new_token": new_token,
    }
    return render(request, "accounts/profile.html", context)


@never_cache
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    return _profile(request)


@never_cache
@sensitive_variables("new_token")
@require_POST
def token_replace(request: HttpRequest) -> HttpResponse:
    """No redirect: the key is shown in this one answer and is in no other."""
    new_token = services.replace_token(by=_reader(request))
    return _profile(request, new_token)


@require_POST
def token_revoke(request: HttpRequest) -> HttpResponse:
    services.revoke_token(by=_reader(request))
    return redirect("profile")


@login_not_required
@require_POST
def language_choose(request: HttpRequest) -> HttpResponse:
    """Django's switch, which keeps a cookie; for who is signed in, mail follows too."""
    if isinstance(request.user, User):
        services.choose_language(by=request.user, language=request.POST.get("language", ""))
    return set_language(request)


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if settings.PORTAL_ENV != "local" or folder is None or not request.scope.is_admin:  # type: ignore[attr-defined]
        raise Http404
    return render(
        request, "accounts/mail_list.html", {"letters": read_letters(Path(folder), most=MOST_LETTERS), "folder": folder}
    )
