"""Which units of a round are reminded."""

from __future__ import annotations

from typing import Any

from django import forms

from reports.models import Report
from reports.models.reports import EDITABLE
from reports.querysets import ReportQuerySet
from schools.models import Unit


class RemindForm(forms.Form):
    """All that are missing, or some of them: by report, by commune, by state."""

    reports: forms.ModelMultipleChoiceField[Report] = forms.ModelMultipleChoiceField(
        queryset=Report.objects.none(), required=False
    )
    commune = forms.ModelChoiceField(queryset=Unit.objects.communes(), required=False)
    state = forms.ChoiceField(
        choices=[
            ("", ""),
            *((state, state) for state in EDITABLE),
        ],
        required=False,
    )

    def __init__(self, *args: Any, reports: ReportQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.all_reports = reports
        self.fields["reports"].queryset = reports  # type: ignore[attr-defined]

    def add_prefix(self, field_name: str) -> str:
        return {"reports": "bao-cao", "commune": "xa", "state": "trang-thai"}.get(field_name, field_name)

    def chosen(self) -> ReportQuerySet:
        data, found = self.cleaned_data, self.all_reports
        if data["reports"]:
            found = found.filter(pk__in=[report.pk for report in data["reports"]])
        if data["commune"]:
            found = found.filter(commune=data["commune"])
        if data["state"]:
            found = found.filter(state=data["state"])
        return found
