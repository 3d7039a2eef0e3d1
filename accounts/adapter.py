"""How allauth behaves here: nobody signs up by themselves, and it speaks Vietnamese, which it does not bring."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User

_WRONG = _("Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt.")
_WRONG_CODE = _("Mã chưa đúng. Mã đổi sau mỗi 30 giây: nhập mã đang hiện trên ứng dụng.")
_TOO_MANY = _("Đã thử sai nhiều lần. Chờ 5 phút rồi đăng nhập lại, hoặc đặt lại mật khẩu.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Tài khoản này đã khóa."),
        "email_password_mismatch": _WRONG,
        "username_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "enter_current_password": _("Mật khẩu hiện tại chưa đúng."),
        "incorrect_password": _("Mật khẩu chưa đúng."),
        "incorrect_code": _WRONG_CODE,
        "invalid_password_reset": _("Đường dẫn không còn dùng được."),
        "unknown_email": _("Không có tài khoản nào dùng thư điện tử này."),
        "too_many_login_attempts": _TOO_MANY,
        "rate_limited": _("Bạn gửi quá nhiều lần. Chờ một phút rồi thử lại."),
        "same_as_current": _("Mật khẩu mới phải khác mật khẩu đang dùng."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """On a machine where nobody chose a language, the account's own."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and user.language != settings.LANGUAGE_CODE:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, user.language, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax"
            )
        return response


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _WRONG_CODE,
        "cannot_delete_authenticator": _("Tài khoản này phải giữ lớp xác thực thứ hai."),
        "cannot_generate_recovery_codes": _("Bật ứng dụng xác thực trước, rồi mới tạo mã dự phòng."),
    }


class LongEnoughValidator(MinimumLengthValidator):
    """Django's own, whose sentence has no Vietnamese."""

    def get_error_message(self) -> str:
        return gettext("Mật khẩu phải có ít nhất %(number)d ký tự.") % {"number": self.min_length}
