"""Opens the rounds of a campaign as of their time and fills them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from reports.completion.services import compute_completion
from reports.demo import filling, ledger, sums
from reports.demo.acknowledgements import issued_at
from reports.demo.dice import dice
from reports.demo.journeys import Owing, Phase, Span, Stage, phase_of, plan_journeys
from reports.demo.people import Cast
from reports.demo.schools import DemoSchool
from reports.models import Channel, CompletionDue, ReminderStep, Report, Round, RoundState, Whom
from reports.rounds import deadlines, services
from schools.models import UnitKind
from targets.models import Indicator

_ASKED_FOR = timedelta(days=63)
_FEW = 0.006
REASONS = (
    "Tạm dừng hoạt động trong năm học này để sửa chữa cơ sở vật chất.",
    "Trường mới thành lập, chưa tổ chức dạy học trong kỳ báo cáo.",
)
EXTENSIONS = (
    "Trường bị ngập sau bão, chưa có mạng Internet trở lại.",
    "Đang chuyển địa điểm, hồ sơ chưa tập hợp đủ.",
)


@dataclass(frozen=True, slots=True)
class Staging:
    """What the rounds of one loading share."""

    cast: Cast
    schools: Mapping[int, DemoSchool]
    as_of: datetime
    seed: int


def stage_round(*, round: Round, staging: Staging, has_next: bool) -> int:
    """Open the round in its time, and let everything happen up to the moment; returns the number of reports."""
    span = _span(round, staging, has_next=has_next)
    if span is None:
        return 0
    cast = staging.cast
    made = services.open_round(round=round, by=cast.admin, now=span.opened_at)
    _add_steps(round)
    reports = list(Report.objects.filter(round=round).select_related("unit").order_by("unit__kind", "unit__code"))
    excluded, extended = _set_apart(round, reports, span, staging)
    slowest = _slowest(reports, staging)
    owing = [_owing(report, round, staging, slowest) for report in reports if report.pk not in excluded]
    journeys = plan_journeys(
        owing,
        span,
        pinned=_pinned(reports, staging, span, extended),
        chance=dice(staging.seed, round.campaign.code, round.code, "journeys"),
    )
    indicators = list(
        Indicator.objects.filter(rounds=round).prefetch_related("targets").order_by("round_indicators__order")
    )
    scene = filling.scene_of(
        round=round, indicators=indicators, schools=staging.schools, cast=cast, until=span.until, seed=staging.seed
    )
    expected = [report for report in reports if report.pk not in excluded]
    filling.write_journeys(scene=scene, reports=expected, journeys=journeys)
    sums.keep_sums(expected)
    ledger.write_reminders(round=round, reports=expected, journeys=journeys, cast=cast, as_of=span.until)
    if span.phase == Phase.CLOSED:
        services.close_round(round=round, by=cast.admin, now=span.until)
    compute_completion(round_id=round.pk)
    CompletionDue.objects.filter(round=round).delete()
    return made


def _span(round: Round, staging: Staging, *, has_next: bool) -> Span | None:
    """The round's time as of the moment; None while it is not yet to be opened."""
    as_of = staging.as_of
    phase = phase_of(round.deadline_at, as_of, has_next=has_next)
    if round.deadline_at is None:
        opened_at = issued_at(round.directive, as_of - timedelta(days=40))
        return Span(opened_at, None, as_of, phase)
    opened_at = _morning(deadlines.last_day(round.deadline_at) - _ASKED_FOR)
    issued = issued_at(round.directive, round.deadline_at)
    if opened_at < issued < round.deadline_at:
        opened_at = issued
    if opened_at >= as_of:
        return None
    until = as_of
    if phase == Phase.CLOSED:
        until = min(as_of, _morning(deadlines.last_day(round.deadline_at) + timedelta(days=36)))
    return Span(opened_at, round.deadline_at, until, phase)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8), deadlines.ZONE)


def _add_steps(round: Round) -> None:
    """Beside the steps that every round gets: a digest for communes, and the days after the deadline."""
    if round.deadline_at is None:
        return
    ReminderStep.objects.bulk_create(
        [
            ReminderStep(round=round, days=days, at_time=time(8), whom=whom, channel=Channel.MAIL)
            for days, whom in ((-7, Whom.COMMUNE), (1, Whom.COMMUNE), (1, Whom.UNIT), (3, Whom.UNIT), (7, Whom.UNIT))
        ],
        ignore_conflicts=True,
    )
    services.plan_reminder_steps(round=round)


def _owing(report: Report, round: Round, staging: Staging, slowest: Mapping[int, float]) -> Owing:
    school = staging.schools.get(report.unit_id)
    if school is None:
        # As early as the slowest of its schools, so that those come first whose schools have reported.
        return Owing(report.unit_id, slowest.get(report.unit_id, 1), commune_first=False, is_commune=True)
    commune_first = (
        round.commune_reviews_first
        and report.manager_id in staging.cast.commune_officers
        and report.manager_id != round.receiver_id
    )
    return Owing(report.unit_id, school.promptness, commune_first=commune_first)


def _slowest(reports: Sequence[Report], staging: Staging) -> dict[int, float]:
    """{commune: promptness of the school in it that reports last}."""
    found: dict[int, float] = {}
    for report in reports:
        school = staging.schools.get(report.unit_id)
        if school is not None and report.commune_id is not None:
            found[report.commune_id] = max(found.get(report.commune_id, 0), school.promptness)
    return found


def _pinned(reports: Sequence[Report], staging: Staging, span: Span, extended: set[int]) -> dict[int, Stage]:
    """The demo's principal has a report half filled in, the commune officer a few to look at."""
    if span.phase == Phase.CLOSED:
        return {}
    own, commune = staging.cast.school.unit.pk, staging.cast.commune.pk
    pinned = {report.unit_id: Stage.DRAFT for report in reports if report.pk in extended}
    near = [report.unit_id for report in reports if report.manager_id == commune and report.unit_id != own]
    if span.phase == Phase.OPEN:
        pinned.update(zip(near, (Stage.AT_COMMUNE, Stage.AT_COMMUNE, Stage.RETURNED), strict=False))
    pinned[own] = Stage.DRAFT
    return pinned


def _set_apart(round: Round, reports: Sequence[Report], span: Span, staging: Staging) -> tuple[set[int], set[int]]:
    """A few taken off the list and, while it can still help, a few given more time; by the ids of reports."""
    chance = dice(staging.seed, round.campaign.code, round.code, "apart")
    schools = [
        report
        for report in reports
        if report.unit.kind == UnitKind.SCHOOL and report.unit_id != staging.cast.school.unit.pk
    ]
    if len(schools) < 8:
        return set(), set()
    few = max(1, min(6, int(len(schools) * _FEW + 0.5)))
    chosen = chance.sample(schools, few * 2)
    for place, report in enumerate(chosen[:few]):
        _exclude(report, span, place, staging)
    if round.deadline_at is None or span.phase not in (Phase.OPEN, Phase.JUST_PAST):
        return {report.pk for report in chosen[:few]}, set()
    for place, report in enumerate(chosen[few:]):
        report.extended_until = services.extend_deadline(
            round=round,
            unit=report.unit,
            until_at=max(round.deadline_at, span.until) + timedelta(days=5 + place),
            reason=EXTENSIONS[place % len(EXTENSIONS)],
            by=staging.cast.officer,
        ).until_at
    return {report.pk for report in chosen[:few]}, {report.pk for report in chosen[few:]}


def _exclude(report: Report, span: Span, place: int, staging: Staging) -> None:
    at = span.opened_at + (span.until - span.opened_at) * 0.3
    services.exclude_report(report=report, by=staging.cast.officer, reason=REASONS[place % len(REASONS)], now=at)


def rounds_in_order(campaign_id: int) -> list[tuple[Round, bool]]:
    """Planned rounds, the earliest first, each with whether a later one follows it."""
    rounds = list(
        Round.objects.filter(campaign=campaign_id, state=RoundState.PLANNED)
        .select_related("campaign", "directive", "receiver", "through")
        .order_by("year", "deadline_at", "pk")
    )
    return [(item, item.next_rounds.exists() or place < len(rounds) - 1) for place, item in enumerate(rounds)]
