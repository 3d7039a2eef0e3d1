"""What is asked where a workbook is sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class WorkbookForm(forms.Form):
    """One workbook to look at; nothing is saved by sending it."""

    file = forms.FileField(
        label=_("Tệp đã điền"),
        help_text=_("Biểu mẫu tải từ cổng, lưu dạng .xlsx (nhận cả .ods và .xls)."),
        error_messages={"required": _("Chọn tệp đã điền rồi bấm tải lên."), "empty": _("Tệp trống.")},
        widget=forms.FileInput(attrs={"class": "in", "accept": ".xlsx,.ods,.xls"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            limit = settings.IMPORT_MAX_BYTES // 1_000_000
            raise forms.ValidationError(_now("Tệp lớn hơn %(limit)s MB nên không được đọc.") % {"limit": limit})
        return file
