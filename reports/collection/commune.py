"""A commune's own report: its schools' sums, who is missing from them, and what has changed since it was sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from reports.collection.rules import Problem
from reports.completion import selectors as completion
from reports.models import CommuneSummary, Report, RoundIndicator, Submission
from schools.models import Unit, UnitKind
from targets.completion import Completion, Goal, Rate, Status, worst
from targets.models import Indicator
from targets.selectors import goals_of

# Of the narrative: why schools are missing from the sums.
MISSING_KEY = "missing"
NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class School:
    unit_id: int
    name: str


@dataclass(frozen=True, slots=True)
class CommuneSum:
    """One indicator over the schools that stand in a commune; `now` where a sent sum is no longer today's."""

    code: str
    name: str
    expected: int
    counted: int
    rate: Rate
    status: Status
    now: Rate | None = None

    @property
    def percent(self) -> Decimal | None:
        return self.rate.percent


@dataclass(frozen=True, slots=True)
class CommuneReport:
    """The sums as they stand now, or (`is_frozen`) as they were sent, with what has changed since.

    Of the schools missing then, `joined` have reported and `removed` need not any more; `withdrawn` had reported
    and are missing now. `reported` are the units whose reports count now.
    """

    sums: tuple[CommuneSum, ...]
    expected: int
    submitted: int
    missing: tuple[School, ...]
    as_of: datetime
    is_frozen: bool = False
    missing_reason: str = ""
    reported: frozenset[int] = frozenset()
    joined: tuple[School, ...] = ()
    removed: tuple[School, ...] = ()
    withdrawn: tuple[School, ...] = ()

    @property
    def changed(self) -> int:
        """How many of the sent sums are other ones by now."""
        return sum(item.now is not None for item in self.sums)

    @property
    def is_stale(self) -> bool:
        return bool(self.changed or self.joined or self.removed or self.withdrawn)

    @property
    def needs_reason(self) -> bool:
        return bool(self.missing)


def is_commune_report(report: Report) -> bool:
    return not report.levels and report.unit.kind == UnitKind.COMMUNE


def has_silent_schools(report: Report) -> bool:
    """Whether the sums of this commune's report lack schools; False for a school's report."""
    if not is_commune_report(report):
        return False
    return Report.objects.filter(round_id=report.round_id, commune_id=report.unit_id, levels__gt=0).missing().exists()


def prepare_commune_report(report: Report, submission: Submission | None = None) -> CommuneReport | None:
    """The sums of a commune's schools, never typed: as `submission` holds them, else as the rows stand.

    None for a school's report. A version from before sums were kept is shown with those of today.
    """
    if not is_commune_report(report):
        return None
    live = live_report(report)
    summary = CommuneSummary.objects.filter(submission=submission).first() if submission else None
    return live if summary is None else sent_report(summary, live)


def live_report(report: Report) -> CommuneReport:
    """What would be sent now, from the rows and not from computed rates, which may lag behind them."""
    now = completion.commune_now(round_id=report.round_id, commune_id=report.unit_id)
    missing = _schools(unit for unit, counts in now.schools.items() if not counts)
    expected = len(now.schools)
    return CommuneReport(
        sums=_sums(report, now.rates),
        expected=expected,
        submitted=expected - len(missing),
        missing=missing,
        as_of=timezone.now(),
        reported=frozenset(unit for unit, counts in now.schools.items() if counts),
    )


def sent_report(summary: CommuneSummary, live: CommuneReport) -> CommuneReport:
    """The sums of a sent version beside today's."""
    today = {item.code: item.rate for item in live.sums}
    missing = tuple(School(row["unit"], row["name"]) for row in summary.missing)
    silent_then, silent_now = {school.unit_id for school in missing}, {school.unit_id for school in live.missing}
    return CommuneReport(
        sums=tuple(_sent_sum(row, today.get(row["code"])) for row in summary.sums),
        expected=summary.expected,
        submitted=summary.submitted,
        missing=missing,
        as_of=summary.as_of,
        is_frozen=True,
        missing_reason=summary.missing_reason,
        joined=tuple(school for school in missing if school.unit_id in live.reported),
        removed=tuple(school for school in missing if school.unit_id not in live.reported | silent_now),
        withdrawn=tuple(school for school in live.missing if school.unit_id not in silent_then),
    )


def reason_problem(missing: Collection[School], reason: str, number: int = 1) -> Problem | None:
    """What blocks sending while schools are missing and nobody says why."""
    if not missing or reason.strip():
        return None
    names = ", ".join(school.name for school in list(missing)[:NAMES_SHOWN])
    if len(missing) > NAMES_SHOWN:
        names += "…"
    text = ngettext(
        "Mục %(number)s: nêu lý do gửi khi còn %(count)d trường chưa nộp (%(names)s).",
        "Mục %(number)s: nêu lý do gửi khi còn %(count)d trường chưa nộp (%(names)s).",
        len(missing),
    ) % {"number": number, "count": len(missing), "names": names}
    return Problem("missing_without_reason", number, "", "", MISSING_KEY, MISSING_KEY, text)


def _sent_sum(row: dict[str, Any], today: Rate | None) -> CommuneSum:
    sent = Rate(row["numerator"], row["denominator"])
    return CommuneSum(
        code=row["code"],
        name=row["name"],
        expected=row["expected"],
        counted=row["counted"],
        rate=sent,
        status=Status(row.get("status", Status.FOLLOWED)),
        now=today if today is not None and today != sent else None,
    )


def _schools(unit_ids: Iterable[int]) -> tuple[School, ...]:
    wanted = list(unit_ids)
    if not wanted:
        return ()
    rows = Unit.objects.filter(pk__in=wanted).order_by("name_sort", "pk").values_list("pk", "name")
    return tuple(School(pk, name) for pk, name in rows)


def _sums(report: Report, found: Any) -> tuple[CommuneSum, ...]:
    asked = [
        item.indicator
        for item in RoundIndicator.objects.filter(round_id=report.round_id)
        .select_related("indicator")
        .order_by("order", "id")
    ]
    goals = goals_of(report.round.year, asked)
    return tuple(_sum(indicator, goals.get(indicator.pk, {}), found) for indicator in asked)


def _sum(indicator: Indicator, goals: dict[str, Goal], found: Any) -> CommuneSum:
    def at(level: str) -> Completion:
        return found.get((indicator.pk, level), Completion())  # type: ignore[no-any-return]

    whole = at("")
    # With targets by level an indicator stands as its worst level does.
    status = worst(at(level).status(goal) for level, goal in goals.items() if at(level).counted)
    return CommuneSum(indicator.code, indicator.name, whole.expected, whole.counted, whole.reported, status)


__all__ = [
    "MISSING_KEY",
    "CommuneReport",
    "CommuneSum",
    "School",
    "has_silent_schools",
    "is_commune_report",
    "live_report",
    "prepare_commune_report",
    "reason_problem",
    "sent_report",
]
