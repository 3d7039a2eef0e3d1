"""The sheet of what each commune sent: its sums as they were at that moment, and who was missing from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from reports.models import CommuneSummary, Report, Round
from schools.scope import Scope
from targets.completion import Rate


def write_commune_reports(
    sheet_of: Callable[..., Any], book: Any, styles: Mapping[str, Any], round_: Round, scope: Scope
) -> None:
    """One row for each indicator of each commune's current version; no sheet where none has sent any."""
    counted = Report.objects.visible_to(scope).counted().filter(round=round_)
    sent = list(
        CommuneSummary.objects.filter(submission__in=counted.values("current_submission"))
        .select_related("submission__report__unit")
        .order_by("submission__report__unit__name_sort", "pk")
    )
    if not sent:
        return
    head = [
        (_("Xã, phường"), 28),
        (_("Gửi lúc"), 17),
        (_("Bản"), 6),
        (_("Trường phải báo cáo"), 12),
        (_("Trường đã nộp"), 12),
        (_("Trường chưa nộp lúc gửi"), 40),
        (_("Lý do"), 40),
        (_("Mã"), 7),
        (_("Chỉ tiêu"), 45),
        (_("Trường được cộng"), 12),
        (_("Số đạt"), 12),
        (_("Tổng số"), 12),
        (_("Kết quả (%)"), 12),
    ]
    sheet = sheet_of(book, styles, _("Xã đã gửi"), f"{round_.name} · {_('số liệu giữ nguyên như lúc gửi')}", head)
    for summary in sent:
        for cells in _rows(summary):
            sheet.add(cells)


def _rows(summary: CommuneSummary) -> list[list[Any]]:
    submission = summary.submission
    about: list[Any] = [
        submission.report.unit.name,
        summary.as_of,
        submission.number,
        summary.expected,
        summary.submitted,
        "; ".join(row["name"] for row in summary.missing),
        summary.missing_reason,
    ]
    return [[*about, *_sum(row)] for row in summary.sums] or [about]


def _sum(row: dict[str, Any]) -> list[Any]:
    percent: Decimal | None = Rate(row["numerator"], row["denominator"]).percent
    return [row["code"], row["name"], row["counted"], row["numerator"], row["denominator"], percent]
