"""Who has reported: by state, by level, day by day, and how fast it still has to go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils.functional import Promise

from reports.dashboards.filters import Filters
from reports.dashboards.rounds import RoundChoice
from reports.models import ReportState
from reports.rounds import deadlines
from schools import levels
from targets.completion import Rate

VALID = (ReportState.SUBMITTED, ReportState.ACCEPTED)
# In the order of the bar: done first, nothing yet last.
STATE_ORDER = (
    ReportState.ACCEPTED,
    ReportState.SUBMITTED,
    ReportState.RETURNED,
    ReportState.DRAFT,
    ReportState.NOT_STARTED,
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many reports of one commune, one mix of levels and one state; `overdue` of them past their deadline."""

    commune_id: int | None
    levels: int
    state: str
    count: int
    overdue: int

    @property
    def valid(self) -> int:
        return self.count if self.state in VALID else 0


def tallies(filters: Filters, *, round_id: int, now: datetime) -> list[Tally]:
    """The round's reports, counted in one query; everything that only counts reports is added up from these."""
    late = Q(own_deadline__lte=now) & ~Q(state__in=VALID)
    rows = (
        filters.reports(round_id)
        .alias(own_deadline=Coalesce(F("extended_until"), F("round__deadline_at")))
        .order_by("commune_id", "levels", "state")
        .values_list("commune_id", "levels", "state")
        .annotate(count=Count("id"), overdue=Count("id", filter=late))
    )
    return [Tally(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class StateCount:
    """One state: how many, and where it stands in the bar, in percent of all."""

    state: str
    label: str | Promise
    count: int
    share: Decimal | None
    offset: str
    width: str


@dataclass(frozen=True, slots=True)
class LevelShare:
    """Expected and submitted of the schools that have one level; blank level: the communes' own reports."""

    level: str
    expected: int
    submitted: int

    @property
    def percent(self) -> Decimal | None:
        return Rate(self.submitted, self.expected).percent


@dataclass(frozen=True, slots=True)
class Submission:
    """How far the round has come."""

    expected: int
    submitted: int
    overdue: int
    states: Sequence[StateCount]
    by_level: Sequence[LevelShare]

    @property
    def missing(self) -> int:
        return self.expected - self.submitted

    @property
    def percent(self) -> Decimal | None:
        return Rate(self.submitted, self.expected).percent

    def count_of(self, state: str) -> int:
        return sum(item.count for item in self.states if item.state == state)


def submission(found: Iterable[Tally]) -> Submission:
    found = list(found)
    expected = sum(tally.count for tally in found)
    by_state = dict.fromkeys(STATE_ORDER, 0)
    for tally in found:
        by_state[ReportState(tally.state)] += tally.count
    states, before = [], 0
    for state, count in by_state.items():
        label = ReportState(state).label
        places = _share(before, expected), _share(count, expected)
        states.append(StateCount(state.value, label, count, Rate(count, expected).percent, *places))
        before += count
    return Submission(
        expected,
        sum(tally.valid for tally in found),
        sum(tally.overdue for tally in found),
        states,
        _by_level(found),
    )


def _share(part: int, whole: int) -> str:
    """A length of an SVG bar: a point for the decimals whatever the language."""
    return f"{100 * part / whole:.2f}" if whole else "0"


def _by_level(found: Iterable[Tally]) -> list[LevelShare]:
    expected: dict[str, int] = {}
    submitted: dict[str, int] = {}
    for tally in found:
        for code in levels.to_codes(tally.levels) or [""]:
            expected[code] = expected.get(code, 0) + tally.count
            submitted[code] = submitted.get(code, 0) + tally.valid
    order = [*levels.LEVEL_CODES, ""]
    return [LevelShare(code, expected[code], submitted[code]) for code in order if code in expected]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """First submissions of a round by local day, and how many units were expected."""

    expected: int
    by_day: Mapping[date, int]

    def until(self, day: date) -> int:
        return sum(count for arrived, count in self.by_day.items() if arrived <= day)

    def percent_until(self, day: date) -> Decimal | None:
        return Rate(self.until(day), self.expected).percent

    def in_days_before(self, today: date, days: int) -> int:
        """In the `days` full days before today."""
        first = today - timedelta(days=days)
        return sum(count for arrived, count in self.by_day.items() if first <= arrived < today)


def arrivals(filters: Filters, *round_ids: int) -> dict[int, Arrivals]:
    """For each round the first submissions by day, in one query; a report returned later has still arrived."""
    rows = (
        filters.reports(*round_ids)
        .annotate(day=TruncDate("first_submitted_at", tzinfo=deadlines.ZONE))
        .order_by("round_id", "day")
        .values_list("round_id", "day")
        .annotate(count=Count("id"))
    )
    expected = dict.fromkeys(round_ids, 0)
    by_day: dict[int, dict[date, int]] = {pk: {} for pk in round_ids}
    for round_id, day, count in rows:
        expected[round_id] += count
        if day is not None:
            by_day[round_id][day] = count
    return {pk: Arrivals(expected[pk], by_day[pk]) for pk in round_ids}


@dataclass(frozen=True, slots=True)
class Milestone:
    """One date on the way: a round's deadline, or the next automatic reminder."""

    kind: str  # done, now, next, reminder
    name: str
    on: date


@dataclass(frozen=True, slots=True)
class DeadlineCard:
    """What is left of the time, and whether the pace is enough. No deadline: no days and no pace."""

    round: RoundChoice
    days: int | None
    is_over: bool
    missing: int
    needed_a_day: int | None
    recent_a_day: int | None
    milestones: Sequence[Milestone]

    @property
    def days_late(self) -> int:
        return max(0, -(self.days or 0))

    @property
    def is_last_day(self) -> bool:
        return self.days == 0 and not self.is_over


PACE_DAYS = 7


def deadline_card(
    chosen: RoundChoice, choices: Iterable[RoundChoice], *, progress: Submission, arrived: Arrivals, now: datetime
) -> DeadlineCard:
    milestones = _milestones(chosen, choices, now)
    if chosen.deadline_at is None:
        return DeadlineCard(chosen, None, False, progress.missing, None, None, milestones)
    left = deadlines.countdown(chosen.deadline_at, now)
    needed = recent = None
    if not left.is_over and chosen.is_open:
        # Today still counts: with 0 days between, what is missing has to come today.
        needed = -(-progress.missing // (left.days + 1))
        recent = arrived.in_days_before(deadlines.local_date(now), PACE_DAYS) // PACE_DAYS
    return DeadlineCard(chosen, left.days, left.is_over, progress.missing, needed, recent, milestones)


def _milestones(chosen: RoundChoice, choices: Iterable[RoundChoice], now: datetime) -> list[Milestone]:
    found = []
    for choice in choices:
        if choice.campaign_id != chosen.campaign_id or choice.deadline_on is None:
            continue
        kind = "now" if choice.id == chosen.id else "done" if choice.is_over(now) or choice.is_closed else "next"
        found.append(Milestone(kind, choice.name, choice.deadline_on))
    found = sorted(found, key=lambda item: item.on)[-3:]
    if chosen.is_open and chosen.next_reminder_at is not None:
        found.append(Milestone("reminder", "", deadlines.local_date(chosen.next_reminder_at)))
    return found
