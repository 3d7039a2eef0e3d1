"""What is asked of a person who has a slip with a code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User

_PLAIN = {"class": "in", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(forms.Form):
    """The two lines of the slip."""

    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=150,
        help_text=_("In trên phiếu, ngay dưới tên đơn vị."),
        widget=forms.TextInput(attrs={**_PLAIN, "autocomplete": "username"}),
    )
    code = forms.CharField(
        label=_("Mã kích hoạt"),
        max_length=40,
        help_text=_("12 ký tự; gõ hoa hay thường, có gạch nối hay không đều được."),
        widget=forms.TextInput(attrs={**_PLAIN, "autocomplete": "one-time-code"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class PasswordForm(forms.Form):
    """A password of one's own, and the address that letters go to."""

    password1 = forms.CharField(label=_("Mật khẩu mới"), strip=False)
    password2 = forms.CharField(label=_("Nhập lại mật khẩu mới"), strip=False)
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        help_text=_("Để nhận nhắc hạn và đặt lại mật khẩu khi quên. Có thể để trống và thêm sau."),
        widget=forms.EmailInput(attrs={**_PLAIN, "autocomplete": "email"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.user = user

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if "password1" in found and found["password1"] != found.get("password2"):
            self.add_error("password2", _now("Hai lần nhập chưa giống nhau."))
        return found
