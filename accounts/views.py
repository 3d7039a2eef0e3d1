"""The sign-in page, the way in with a slip, one's own account, and the mail of a local portal."""

from __future__ import annotations

from pathlib import Path
from smtplib import SMTPException
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language
from rest_framework.authtoken.models import Token

from accounts import activation, attempts, services
from accounts.activation import AddressRefusedError, CodeRefusedError
from accounts.demo import DEMO_PASSWORD, demo_accounts
from accounts.emails import send_address_letter
from accounts.forms import CodeForm, PasswordForm
from accounts.mailbox import read_letters
from accounts.models import ActivationCode, User

MOST_LETTERS = 100
# From the slip typed in to the password set: a page left open on a shared machine is of no use later.
MOST_SECONDS = 30 * 60
REFUSED: dict[str, str | Promise] = {
    "unknown": gettext_lazy("Tên đăng nhập và mã không đi cùng nhau. Gõ lại cả hai như in trên phiếu."),
    "used": gettext_lazy("Mã này đã được dùng. Nếu bạn quên mật khẩu, đặt lại mật khẩu hoặc xin mã mới."),
    "expired": gettext_lazy("Mã này đã quá hạn 72 giờ. Xin mã mới ở nơi đã phát phiếu."),
    "revoked": gettext_lazy("Mã này đã bị thay bằng mã mới hơn. Dùng phiếu mới nhất, hoặc xin mã mới."),
    "too_many": gettext_lazy("Đã thử sai nhiều lần. Chờ 10 phút rồi thử lại."),
}


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


@never_cache
@login_not_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def activation_begin(request: HttpRequest) -> HttpResponse:
    """The two lines of the slip; nothing is used up yet."""
    form = CodeForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "accounts/activate.html", {"form": form})
    given, now = form.cleaned_data, timezone.now()
    keys = [f"address:{get_adapter().get_client_ip(request)}", f"code:{activation.normal(given['code'])[:4]}"]
    if attempts.are_too_many(keys):
        form.add_error(None, str(REFUSED["too_many"]))
        return render(request, "accounts/activate.html", {"form": form}, status=429)
    try:
        code = activation.find_code(username=given["username"], code=given["code"], now=now)
    except CodeRefusedError as refused:
        attempts.note_failure(keys)
        form.add_error(None, str(REFUSED[refused.reason]))
        return render(request, "accounts/activate.html", {"form": form})
    request.session.cycle_key()
    request.session["activation"] = [code.pk, now.timestamp()]
    return redirect("activation_finish")


def _code_in_hand(request: HttpRequest) -> ActivationCode | None:
    """The code that this window typed in a short while ago."""
    code_id, at = request.session.get("activation") or (None, 0)
    if code_id is None or timezone.now().timestamp() - at > MOST_SECONDS:
        return None
    return ActivationCode.objects.select_related("user").filter(pk=code_id).first()


@never_cache
@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def activation_finish(request: HttpRequest) -> HttpResponse:
    """A password of one's own; then one is in, past the second factor where there is one."""
    code = _code_in_hand(request)
    if code is None:
        return redirect("activation_begin")
    form = PasswordForm(request.POST or None, user=code.user)
    if request.method == "GET" or not form.is_valid():
        return render(request, "accounts/activate_password.html", {"form": form, "username": code.user.username})
    request.session.pop("activation")
    try:
        user = activation.activate(code=code, password=form.cleaned_data["password1"], now=timezone.now())
    except CodeRefusedError as refused:
        messages.error(request, str(REFUSED[refused.reason]))
        return redirect("activation_begin")
    response: HttpResponse = perform_login(request, user, email_verification="none", redirect_url="/")
    if email := form.cleaned_data["email"]:
        _send_address_letter(request, user, email)
    return response


def _send_address_letter(request: HttpRequest, user: User, email: str) -> None:
    """The account is open already: a mail server that is down must not shut it again."""
    try:
        send_address_letter(user=user, email=email)
    except (OSError, SMTPException):
        messages.warning(request, _("Chưa gửi được thư xác nhận đến %(email)s.") % {"email": email})
    else:
        told = _("Đã gửi thư xác nhận đến %(email)s: mở đường dẫn trong thư trong 72 giờ.")
        messages.info(request, told % {"email": email})


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def address_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the letter shows the address; the button confirms it."""
    context: dict[str, Any] = {}
    try:
        context["owner"], context["email"] = activation.read_address(token)
        if request.method == "POST":
            activation.confirm_address(token=token, now=timezone.now())
            context["done"] = True
    except AddressRefusedError as refused:
        context["refused"] = refused.reason
    return render(request, "accounts/activate_address.html", context)


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if settings.PORTAL_ENV != "local" or folder is None or not request.scope.is_admin:  # type: ignore[attr-defined]
        raise Http404
    return render(
        request, "accounts/mail_list.html", {"letters": read_letters(Path(folder), most=MOST_LETTERS), "folder": folder}
    )
