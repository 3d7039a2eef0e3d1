"""What is asked to write down a decision about one school: one form for each kind, all saying lines of a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from schools import levels, text
from schools.lineage import selectors
from schools.lineage.lines import Line, read_levels
from schools.models import Unit, UnitEventKind
from schools.selectors import department

# Django's Vietnamese formats would read 10/12 as the twelfth of October.
DAYS = ["%Y-%m-%d", "%d/%m/%Y"]
IN = {"class": "in"}
MAX_BYTES = 2_000_000
PARTS = 3


def _words(label: Any, *, required: bool = True, most: int = 250, help_text: Any = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={**IN, **attrs})
    return forms.CharField(label=label, required=required, max_length=most, help_text=help_text, widget=widget)


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **IN})
    return forms.DateField(label=label, input_formats=DAYS, widget=widget)


def _levels(label: Any, *, required: bool, **attrs: Any) -> forms.MultipleChoiceField:
    choices = [(code, levels.LEVEL_NAMES[code]) for code in levels.LEVEL_CODES]
    return forms.MultipleChoiceField(
        label=label, required=required, choices=choices, widget=forms.CheckboxSelectMultiple(), **attrs
    )


class DecisionForm(forms.Form):
    """The decision itself; every kind of change asks for it. `lines` says it as rows of a file would."""

    act = ""
    decision_number = _words(_("Số quyết định"), most=80, help_text=_("Ví dụ: 1234/QĐ-UBND."))
    decision_on = _day(_("Ngày quyết định"))
    effective_on = _day(_("Hiệu lực từ ngày"))

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.unit = unit

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or self.cleaned_data
        decided, effective = chosen.get("decision_on"), chosen.get("effective_on")
        if decided and effective and decided > effective:
            self.add_error("effective_on", _now("Ngày có hiệu lực không được trước ngày quyết định."))
        return chosen

    def lines(self) -> list[Line]:
        return [Line(1, {**self._decision(), **self.said()})]

    def said(self) -> dict[str, str]:
        """What this kind says besides the decision."""
        return {}

    def _decision(self) -> dict[str, str]:
        chosen = self.cleaned_data
        return {
            "act": self.act,
            "unit": self.unit.code,
            "decision_number": chosen["decision_number"],
            "decision_on": chosen["decision_on"].isoformat(),
            "effective_on": chosen["effective_on"].isoformat(),
        }

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields of this kind alone, in their order."""
        return [self[name] for name in self.fields if name not in DecisionForm.base_fields]

    @property
    def decision(self) -> list[forms.BoundField]:
        return [self[name] for name in DecisionForm.base_fields]


class MergeForm(DecisionForm):
    act = "sáp nhập"
    successor = _words(
        _("Mã đơn vị kế tục"),
        most=30,
        list="truong-gan",
        autocomplete="off",
        help_text=_("Đơn vị nhận. Gõ mã đang có, hoặc mã mới nếu quyết định lập một trường mới."),
    )
    others = _words(
        _("Các đơn vị cùng được nhập vào"),
        required=False,
        help_text=_("Mã, cách nhau bằng dấu phẩy. Để trống nếu chỉ có đơn vị này."),
    )
    name = _words(_("Tên sau sáp nhập"), required=False, help_text=_("Bắt buộc với trường mới; để trống là giữ tên."))
    levels = _levels(_("Cấp học sau sáp nhập"), required=False, help_text=_("Để trống: gồm mọi cấp của các đơn vị."))

    def lines(self) -> list[Line]:
        shared = {
            **self._decision(),
            "successor": self.cleaned_data["successor"],
            "name": self.cleaned_data["name"],
            "levels": ",".join(self.cleaned_data["levels"]),
        }
        codes = [self.unit.code, *(text.clean(code) for code in self.cleaned_data["others"].split(","))]
        codes = list(dict.fromkeys(code for code in codes if code))
        return [Line(number, {**shared, "unit": code}) for number, code in enumerate(codes, start=1)]


class SplitForm(DecisionForm):
    """Up to three parts: code, name, levels; and whether the school itself goes on, with which levels."""

    act = "chia tách"
    continues = forms.BooleanField(label=_("Đơn vị này tiếp tục hoạt động, một phần tách ra"), required=False)
    remaining = _words(
        _("Cấp học còn lại của đơn vị này"),
        required=False,
        help_text=_("Ví dụ: TH. Để trống là như cũ; chỉ dùng khi đơn vị tiếp tục hoạt động."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, PARTS + 1):
            words = {"number": number}
            self.fields[f"code_{number}"] = _words(
                _now("Mã đơn vị thứ %(number)s sau khi chia") % words, required=number == 1, most=30
            )
            self.fields[f"name_{number}"] = _words(
                _now("Tên đơn vị thứ %(number)s") % words,
                required=False,
                help_text=_now("Bắt buộc với đơn vị mới."),
            )
            self.fields[f"levels_{number}"] = _words(
                _now("Cấp học của đơn vị thứ %(number)s") % words,
                required=False,
                help_text=_now("Ví dụ: TH, THCS."),
            )

    def clean(self) -> dict[str, Any]:
        chosen = super().clean()
        for name in ("remaining", *(f"levels_{number}" for number in range(1, PARTS + 1))):
            if chosen.get(name) and read_levels(chosen[name]) is None:
                self.add_error(name, _now("Không hiểu cấp học này; ghi như TH, THCS."))
        return chosen

    def lines(self) -> list[Line]:
        chosen = self.cleaned_data
        parts = [
            {
                "successor": chosen[f"code_{number}"],
                "name": chosen[f"name_{number}"],
                "levels": chosen[f"levels_{number}"],
            }
            for number in range(1, PARTS + 1)
            if chosen[f"code_{number}"]
        ]
        if chosen["continues"]:
            parts.insert(0, {"successor": self.unit.code, "levels": chosen["remaining"]})
        return [Line(number, {**self._decision(), **part}) for number, part in enumerate(parts, start=1)]


class RenameForm(DecisionForm):
    act = "đổi tên"
    name = _words(_("Tên mới"))

    def said(self) -> dict[str, str]:
        return {"name": self.cleaned_data["name"]}


class MoveForm(DecisionForm):
    act = "chuyển địa bàn"
    commune = forms.ModelChoiceField(
        label=_("Xã, phường mới"), queryset=Unit.objects.none(), widget=forms.Select(attrs=IN)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        communes = self.fields["commune"]
        assert isinstance(communes, forms.ModelChoiceField)  # noqa: S101
        communes.queryset = Unit.objects.communes().exclude(pk=self.unit.commune_id or 0).order_by("name_sort", "pk")

    def said(self) -> dict[str, str]:
        return {"commune": self.cleaned_data["commune"].code}


class ReassignForm(DecisionForm):
    act = "chuyển đơn vị quản lý"
    manager = forms.ChoiceField(label=_("Đơn vị quản lý mới"), widget=forms.Select(attrs=IN))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managers = self.fields["manager"]
        assert isinstance(managers, forms.ChoiceField)  # noqa: S101
        first = department()
        communes = Unit.objects.communes().order_by("name_sort", "pk").values_list("code", "name")
        of_sector = [(first.code, first.name)] if first else []
        managers.choices = [("", _("Chọn đơn vị")), *of_sector, *communes, ("ngoài ngành", _("Ngoài ngành quản lý"))]

    def said(self) -> dict[str, str]:
        return {"manager": self.cleaned_data["manager"]}


class RelevelForm(DecisionForm):
    act = "đổi cấp học"
    levels = _levels(_("Các cấp học từ ngày đó"), required=True)

    def said(self) -> dict[str, str]:
        return {"levels": ",".join(self.cleaned_data["levels"])}


class CloseForm(DecisionForm):
    act = "giải thể"
    successor = _words(
        _("Mã đơn vị nhận học sinh, nếu có"),
        required=False,
        most=30,
        list="truong-gan",
        autocomplete="off",
        help_text=_("Đơn vị này nhận nghĩa vụ báo cáo chưa nộp. Để trống: nghĩa vụ kết thúc."),
    )

    def said(self) -> dict[str, str]:
        return {"successor": self.cleaned_data["successor"]}


class ReopenForm(DecisionForm):
    act = "hoạt động trở lại"


# By the word in the address.
FORMS: dict[str, tuple[UnitEventKind, type[DecisionForm]]] = {
    "sap-nhap": (UnitEventKind.MERGED, MergeForm),
    "chia-tach": (UnitEventKind.SPLIT, SplitForm),
    "doi-ten": (UnitEventKind.RENAMED, RenameForm),
    "chuyen-dia-ban": (UnitEventKind.MOVED, MoveForm),
    "chuyen-quan-ly": (UnitEventKind.REASSIGNED, ReassignForm),
    "doi-cap-hoc": (UnitEventKind.RELEVELLED, RelevelForm),
    "giai-the": (UnitEventKind.CLOSED, CloseForm),
    "hoat-dong-lai": (UnitEventKind.REOPENED, ReopenForm),
}


class ChangesFileForm(forms.Form):
    """A file of decisions to look at; nothing is written by sending it."""

    file = forms.FileField(
        label=_("Tệp biến động"),
        help_text=_("Excel hoặc CSV, mỗi dòng một việc."),
        widget=forms.FileInput(attrs={**IN, "accept": ".xlsx,.xls,.ods,.csv"}),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_now("Tệp lớn hơn 2 MB nên không được đọc."))
        return file


def schools_to_offer(unit: Unit) -> list[Unit]:
    return list(selectors.schools_nearby(unit))
