"""What is asked on the pages of units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from schools import levels, school_years
from schools.models import ManagedBy, Unit, UnitKind
from schools.querysets import UnitQuerySet

Choice = tuple[str, str | Promise]


def _date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "in"})


class UnitFilterForm(forms.Form):
    """The filters of the unit list; everything is optional, and what makes no sense is left out."""

    q = forms.CharField(
        label=_("Tìm theo tên hoặc mã"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "class": "in", "placeholder": _("không cần gõ dấu")}),
    )
    kind = forms.ChoiceField(label=_("Loại đơn vị"), required=False, widget=forms.Select(attrs={"class": "in"}))
    level = forms.ChoiceField(label=_("Cấp học"), required=False, widget=forms.Select(attrs={"class": "in"}))
    commune = forms.ModelChoiceField(
        label=_("Xã, phường"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Tất cả"),
        widget=forms.Select(attrs={"class": "in"}),
    )
    managed_by = forms.ChoiceField(
        label=_("Đơn vị quản lý"), required=False, widget=forms.Select(attrs={"class": "in"})
    )

    def __init__(self, *args: Any, communes: UnitQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        every: Choice = ("", _("Tất cả"))
        kinds = [choice for choice in UnitKind.choices if choice[0] != UnitKind.DEPARTMENT]
        self._set("kind", [("", _("Cơ sở giáo dục")), *[choice for choice in kinds if choice[0] != UnitKind.SCHOOL]])
        self._set("level", [every, *((code, levels.LEVEL_NAMES[code]) for code in levels.LEVEL_CODES)])
        self._set("managed_by", [every, *[choice for choice in ManagedBy.choices if choice[0]]])
        commune = self.fields["commune"]
        assert isinstance(commune, forms.ModelChoiceField)  # noqa: S101
        commune.queryset = communes

    def _set(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices

    def narrow(self, units: UnitQuerySet) -> UnitQuerySet:
        """The units that the filled fields leave."""
        self.is_valid()
        chosen = self.cleaned_data
        units = units.filter(kind=chosen.get("kind") or UnitKind.SCHOOL)
        if words := chosen.get("q"):
            units = units.matching(words)
        if level := chosen.get("level"):
            units = units.with_levels(levels.from_codes([level]))
        if commune := chosen.get("commune"):
            units = units.filter(commune=commune)
        match chosen.get("managed_by"):
            case ManagedBy.DEPARTMENT | ManagedBy.COMMUNE as kind:
                units = units.filter(manager__kind=kind)
            case ManagedBy.OUTSIDE:
                units = units.filter(manager__isnull=True)
        return units

    @property
    def told(self) -> str:
        """The filters in use as people read them, '' where there are none: for the empty state."""
        self.is_valid()
        found = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if not value:
                continue
            is_model = isinstance(field, forms.ModelChoiceField)
            is_choice = isinstance(field, forms.ChoiceField) and not is_model
            names: dict[Any, Any] = dict(field.choices) if is_choice else {}  # type: ignore[attr-defined]
            found.append(f"{field.label}: {names.get(value, value)}")
        return " · ".join(found)


class SchoolListUploadForm(forms.Form):
    """A school list to look at; nothing is written by sending it."""

    file = forms.FileField(
        label=_("Tệp danh mục"),
        help_text=_("Excel (.xlsx, .xls, .ods) hoặc CSV. Cần có cột mã và cột tên trường; có dòng tiêu đề cũng được."),
        widget=forms.FileInput(attrs={"class": "in", "accept": ".xlsx,.xlsm,.xls,.ods,.csv"}),
    )
    school_year = forms.TypedChoiceField(
        label=_("Số liệu của năm học"),
        coerce=int,
        help_text=_("Số học sinh, lớp, đội ngũ trong tệp được ghi cho năm học này."),
        widget=forms.Select(attrs={"class": "in"}),
    )
    sheet = forms.CharField(
        label=_("Trang tính"),
        required=False,
        max_length=120,
        help_text=_("Để trống: tự tìm trang tính có danh sách trường."),
        widget=forms.TextInput(attrs={"class": "in"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        now = school_years.current(timezone.localdate())
        year = self.fields["school_year"]
        assert isinstance(year, forms.TypedChoiceField)  # noqa: S101
        year.choices = [(item, school_years.label(item)) for item in (now + 1, now, now - 1)]
        self.initial.setdefault("school_year", now)

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            limit = settings.IMPORT_MAX_BYTES // 1_000_000
            raise forms.ValidationError(_now("Tệp lớn hơn %(limit)s MB nên không được đọc.") % {"limit": limit})
        return file


class FixCellForm(forms.Form):
    """The right text of one cell of a list; `key` names all the cells in which the same is wrong."""

    row = forms.IntegerField(min_value=1)
    field = forms.SlugField(max_length=30)
    text = forms.CharField(max_length=300)
    key = forms.CharField(max_length=700, required=False)


class CloseSchoolsForm(forms.Form):
    """Which of the schools that a list does not name are closed, from when, by which decision."""

    units = forms.MultipleChoiceField(
        label=_("Trường cần đóng"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Hãy chọn ít nhất một trường.")},
    )
    decision_number = forms.CharField(
        label=_("Số quyết định"), max_length=80, widget=forms.TextInput(attrs={"class": "in"})
    )
    decision_on = forms.DateField(label=_("Ngày quyết định"), widget=_date_input())
    closed_on = forms.DateField(
        label=_("Thôi hoạt động từ ngày"), help_text=_("Ngày đầu tiên không còn hoạt động."), widget=_date_input()
    )
    typed = forms.CharField(
        label=_("Gõ để xác nhận"),
        required=False,
        max_length=60,
        help_text=_("Khi đóng trên 5% số trường: gõ “đóng N trường”, N là số trường đã chọn."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, schools: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        units = self.fields["units"]
        assert isinstance(units, forms.MultipleChoiceField)  # noqa: S101
        units.choices = [(str(unit.pk), unit.name) for unit in schools]
        self.initial.setdefault("closed_on", timezone.localdate())

    @property
    def chosen(self) -> dict[str, Any]:
        """What the service takes."""
        asked = dict(self.cleaned_data)
        return {"unit_ids": [int(pk) for pk in asked.pop("units")], **asked}
