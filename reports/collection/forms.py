"""Filters of the list of reports."""

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
