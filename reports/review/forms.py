"""Filters of the queue, and what a reviewer says."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.collection.forms import ReportFilterForm
from reports.review import selectors
from schools.scope import Scope

COMMENT_MAX = 2000
# What is said most often: a tick that is sent with the form, a button where there is JavaScript.
QUICK_COMMENTS: dict[str, str | Promise] = {
    "minh-chung": _("Bổ sung minh chứng."),
    "tong-so": _("Kiểm tra lại tổng số."),
    "bat-thuong": _("Tỷ lệ tăng bất thường."),
    "doi-cho": _("Số đạt và tổng số có thể bị đổi chỗ."),
    "kho-khan": _("Ghi rõ khó khăn, kiến nghị."),
}


class QueueFilterForm(ReportFilterForm):
    """As the list of reports, without the state: everything here waits; with what was strange."""

    warned = forms.ChoiceField(
        label=_("Cảnh báo"),
        required=False,
        choices=[
            ("", _("Có và không")),
            (selectors.WARNED, _("Có cảnh báo")),
            (selectors.CLEAN, _("Không có cảnh báo")),
            (selectors.UNSEEN, _("Chưa kiểm tra")),
        ],
    )

    def __init__(self, data: Any, *, scope: Scope) -> None:
        super().__init__(data, scope=scope)
        del self.fields["state"]
        self.order_fields(["dot", "xa", "warned", "q"])

    def add_prefix(self, field_name: str) -> str:
        return "canh-bao" if field_name == "warned" else super().add_prefix(field_name)

    def chosen(self) -> selectors.QueueFilter:
        found = super().chosen()
        return selectors.QueueFilter(
            round_id=found.round_id,
            commune_id=found.commune_id,
            words=found.words,
            warned=self.cleaned_data.get("warned") or "",
        )

    def query(self) -> str:
        """The filter as the end of an address, with its question mark; blank where nothing is narrowed."""
        chosen = self.chosen()
        kept = {
            "dot": chosen.round_id,
            "xa": chosen.commune_id,
            "canh-bao": chosen.warned,
            "q": chosen.words,
        }
        words = urlencode({key: value for key, value in kept.items() if value})
        return f"?{words}" if words else ""


def said(posted: QueryDict) -> str:
    """What was ticked, then what was typed."""
    ticked = [str(QUICK_COMMENTS[key]) for key in posted.getlist("mau") if key in QUICK_COMMENTS]
    typed = posted.get("comment", "").replace("\x00", "").strip()[:COMMENT_MAX]
    return "\n".join([*dict.fromkeys(ticked), *([typed] if typed else [])])


def version_of(posted: QueryDict) -> int:
    """The version that the reader's page was made from; a page without one never matches."""
    text = posted.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1
