"""The schools behind a figure: every report of a round that the reader may see, narrowed as the figure is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, FloatField, Q, QuerySet, Sum, When
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.dashboards.chase import in_group
from reports.dashboards.filters import Filters, number, with_level
from reports.exports.figures import AskedIndicator
from reports.models import Report
from reports.querysets import ReportQuerySet
from schools import levels, text
from schools.scope import Scope
from targets.completion import Rate

STATES: dict[str, str | Promise] = {
    "": _("Tất cả"),
    "submitted": _("Chờ duyệt"),
    "accepted": _("Đã chấp nhận"),
    "missing": _("Chưa có báo cáo hợp lệ"),
    "not_started": _("Chưa bắt đầu"),
    "draft": _("Đang soạn"),
    "returned": _("Bị trả lại"),
    "overdue": _("Quá hạn"),
}


@dataclass(frozen=True, slots=True)
class SchoolFilters:
    """The dashboard's choices, and the indicator, state and words that narrow a list of schools."""

    filters: Filters
    indicator_id: int | None
    state: str
    words: str

    @classmethod
    def read(cls, query: QueryDict) -> SchoolFilters:
        state = query.get("trang-thai", "")
        return cls(
            Filters.read(query),
            number(query.get("chi-tieu")),
            state if state in STATES else "",
            text.clean(query.get("q", ""))[:100],
        )


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One unit in the round; numerator and denominator are those that count for the indicator asked for."""

    report_id: int
    unit_id: int
    name: str
    commune_id: int | None
    commune: str
    level_mask: int
    state: str
    first_submitted_at: datetime | None
    is_late: bool
    numerator: int | None = None
    denominator: int | None = None

    @property
    def levels_label(self) -> str:
        return levels.label(self.level_mask)

    @property
    def percent(self) -> Decimal | None:
        if self.numerator is None or self.denominator is None:
            return None
        return Rate(self.numerator, self.denominator).percent

    @property
    def is_missing(self) -> bool:
        return self.state not in ("submitted", "accepted")


FIELDS = (
    "id",
    "unit_id",
    "unit__name",
    "commune_id",
    "commune__name",
    "levels",
    "state",
    "first_submitted_at",
    "is_late",
)


def school_rows(
    *, scope: Scope, chosen: SchoolFilters, round_id: int, indicator: AskedIndicator | None, now: datetime
) -> QuerySet[Report, tuple[Any, ...]]:
    """Rows for SchoolRow, to be paged: those with a value for the indicator first, the lowest rate on top."""
    reports = Report.objects.visible_to(scope).expected().filter(round_id=round_id)
    if chosen.filters.commune_id:
        reports = reports.filter(Q(commune_id=chosen.filters.commune_id) | Q(unit_id=chosen.filters.commune_id))
    reports = _in_state(with_level(reports, chosen.filters.level), chosen.state, now)
    for word in text.fold(chosen.words).split():
        reports = reports.filter(unit__name_folded__contains=word)
    if indicator is None:
        return reports.order_by("unit__name_sort", "id").values_list(*FIELDS)
    return _with_values(reports, chosen, indicator)


def rows_of(page: Sequence[tuple[Any, ...]]) -> list[SchoolRow]:
    return [SchoolRow(*row) for row in page]


def _in_state(reports: ReportQuerySet, state: str, now: datetime) -> ReportQuerySet:
    if state == "missing":
        return reports.missing()
    if state == "overdue":
        return reports.overdue(now)
    return in_group(reports, state, now) if state else reports


def _with_values(
    reports: ReportQuerySet, chosen: SchoolFilters, indicator: AskedIndicator
) -> QuerySet[Report, tuple[Any, ...]]:
    valid = ["accepted"] if chosen.filters.is_official else ["accepted", "submitted"]
    asked = Q(current_submission__values__indicator_id=indicator.id, state__in=valid)
    if chosen.filters.level and indicator.counted == "pupils":
        asked &= Q(current_submission__values__level=chosen.filters.level)
    reports = reports.alias(asked_levels=F("levels").bitand(indicator.level_mask)).filter(asked_levels__gt=0)
    counted = reports.annotate(
        numerator=Sum("current_submission__values__numerator", filter=asked),
        denominator=Sum("current_submission__values__denominator", filter=asked),
    ).alias(
        share=Case(
            When(denominator__gt=0, then=Cast("numerator", FloatField()) / Cast("denominator", FloatField())),
            output_field=FloatField(),
        )
    )
    return counted.order_by(F("share").asc(nulls_last=True), "unit__name_sort", "id").values_list(
        *FIELDS, "numerator", "denominator"
    )
