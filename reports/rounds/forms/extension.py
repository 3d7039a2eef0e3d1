"""What is asked when a deadline is prolonged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from reports.rounds import deadlines
from schools.models import Unit

SELECT = {"class": "in"}


class ExtensionForm(forms.Form):
    """Until the end of which day, and for whom: a unit by its code, a commune's all, or everybody."""

    EVERYBODY = "everybody"
    COMMUNE = "commune"
    UNIT = "unit"

    whom = forms.ChoiceField(
        label=_("Cho ai"),
        choices=[
            (UNIT, _("Một đơn vị")),
            (COMMUNE, _("Mọi đơn vị của một xã, phường")),
            (EVERYBODY, _("Mọi đơn vị trong đợt")),
        ],
        widget=forms.Select(attrs=SELECT),
    )
    code = forms.CharField(
        label=_("Mã đơn vị"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs=SELECT),
        help_text=_("Mã trường hoặc mã xã, phường; bỏ trống khi gia hạn cho mọi đơn vị."),
    )
    until_on = forms.DateField(
        label=_("Đến hết ngày"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "in"}),
    )
    reason = forms.CharField(
        label=_("Lý do"),
        max_length=300,
        widget=forms.TextInput(attrs=SELECT),
        error_messages={"required": _("Gia hạn phải có lý do.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        whom, code = cleaned.get("whom"), (cleaned.get("code") or "").strip()
        cleaned["unit"] = None
        if whom in (self.UNIT, self.COMMUNE):
            units = Unit.objects.filter(code=code)
            units = units.communes() if whom == self.COMMUNE else units.schools()
            cleaned["unit"] = units.first() if code else None
            if cleaned["unit"] is None:
                self.add_error("code", _now("Không có đơn vị nào mang mã này."))
        return cleaned

    @property
    def until_at(self) -> datetime:
        return deadlines.instant(self.cleaned_data["until_on"], "by")

    @property
    def first_error(self) -> str:
        return next((str(error) for errors in self.errors.values() for error in errors), "")
