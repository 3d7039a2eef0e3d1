"""What is asked before codes are made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class WhichForm(forms.Form):
    """For whom of a list."""

    FRESH, ALL = "fresh", "all"
    which = forms.ChoiceField(
        choices=[(FRESH, _("Chưa có mã còn hạn")), (ALL, _("Mọi đơn vị chưa kích hoạt"))], initial=FRESH
    )


class HandOverForm(forms.Form):
    """Who takes over, and by what decision."""

    full_name = forms.CharField(
        label=_("Người nhận tài khoản"),
        required=False,
        max_length=150,
        help_text=_("Họ và tên; có thể để trống."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Lý do"),
        max_length=300,
        help_text=_("Ví dụ: số và ngày quyết định bổ nhiệm. Được ghi vào nhật ký."),
        widget=forms.TextInput(attrs={"class": "in"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
