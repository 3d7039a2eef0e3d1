"""Filters of the list of reports, and why an officer types for a school."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.collection import selectors
from reports.models import ReportState
from schools.scope import Scope


class ReportFilterForm(forms.Form):
    """A value that is no choice of the reader's narrows nothing."""

    dot: Any = forms.ModelChoiceField(
        label=_("Đợt báo cáo"), queryset=None, required=False, empty_label=_("Tất cả các đợt")
    )
    state = forms.ChoiceField(
        label=_("Trạng thái"),
        required=False,
        choices=[("", _("Tất cả trạng thái")), *ReportState.choices, (selectors.OVERDUE, _("Quá hạn"))],
    )
    xa: Any = forms.ModelChoiceField(label=_("Xã, phường"), queryset=None, required=False, empty_label=_("Tất cả"))
    q = forms.CharField(label=_("Tên hoặc mã đơn vị"), required=False, max_length=100)

    def __init__(self, data: Any, *, scope: Scope) -> None:
        super().__init__(data)
        self.fields["dot"].queryset = selectors.rounds_to_choose(scope)  # type: ignore[attr-defined]
        self.fields["xa"].queryset = selectors.communes_to_choose(scope)  # type: ignore[attr-defined]
        if not scope.is_department:
            del self.fields["xa"]
        for field in self.fields.values():
            field.widget.attrs["class"] = "in"

    def add_prefix(self, field_name: str) -> str:
        # A Python name has no hyphen; the address is in plain Vietnamese words.
        return "trang-thai" if field_name == "state" else field_name

    def chosen(self) -> selectors.ListFilter:
        self.is_valid()
        found = self.cleaned_data
        round_, commune = found.get("dot"), found.get("xa")
        return selectors.ListFilter(
            round_id=round_.pk if round_ else None,
            state=found.get("state") or "",
            commune_id=commune.pk if commune else None,
            words=found.get("q") or "",
        )


class BehalfForm(forms.Form):
    """Why an officer types for a school: one of the usual reasons, own words, or both."""

    REASONS: Any = {
        "mang": _("Trường mất mạng, báo số qua điện thoại"),
        "dien": _("Trường mất điện, gửi báo cáo giấy"),
        "tai-khoan": _("Trường chưa đăng nhập được"),
        "nguoi": _("Trường chưa có người phụ trách nhập liệu"),
    }

    choice = forms.ChoiceField(choices=list(REASONS.items()), required=False)
    reason = forms.CharField(required=False, max_length=300)
    instead_of = forms.IntegerField(required=False, min_value=1)

    def clean(self) -> dict[str, Any]:
        """`why` is the whole reason, blank where none was given."""
        chosen = self.cleaned_data.get("choice")
        said = [str(self.REASONS[chosen])] if chosen else []
        said += [own] if (own := self.cleaned_data.get("reason", "").strip()) else []
        return {**self.cleaned_data, "why": ". ".join(said)}
