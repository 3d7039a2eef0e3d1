"""Fills an open round: what was submitted, said and decided on each report up to a moment."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from reports.collection import receipts
from reports.demo import answers
from reports.demo.answers import Answers, Asked
from reports.demo.dice import dice
from reports.demo.journeys import Event, Journey, Stage
from reports.demo.people import Cast
from reports.demo.schools import DemoSchool
from reports.demo.warned import watch_over
from reports.models import Draft, Report, ReportState, ReviewStep, Round, Submission, Value
from reports.rounds import deadlines
from targets.models import Indicator

BATCH = 500
_STATES: Mapping[Stage, ReportState] = {
    Stage.ACCEPTED: ReportState.ACCEPTED,
    Stage.AT_DEPARTMENT: ReportState.SUBMITTED,
    Stage.AT_COMMUNE: ReportState.SUBMITTED,
    Stage.RETURNED: ReportState.RETURNED,
    Stage.DRAFT: ReportState.DRAFT,
    Stage.NOT_STARTED: ReportState.NOT_STARTED,
}
# Of those that nobody has looked at yet, a few say 100% to everything.
_WAITING = (Stage.AT_DEPARTMENT, Stage.AT_COMMUNE)
_ROUNDED = 0.03
RETURNS = (
    "Đề nghị kiểm tra lại tổng số học sinh: lệch so với danh mục đầu năm.",
    "Tỷ lệ cán bộ, giáo viên thấp hơn hẳn đợt trước, đề nghị giải trình hoặc sửa.",
    "Bổ sung minh chứng kế hoạch đã ban hành.",
    "Số học sinh tham gia mô hình chưa khớp giữa các khối, đề nghị rà soát.",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What every report of the round has in common."""

    round: Round
    asked: Sequence[Asked]
    codes: Mapping[int, str]
    schools: Mapping[int, DemoSchool]
    cast: Cast
    until: datetime
    seed: int


@dataclass(frozen=True, slots=True)
class Filled:
    """The rows of one report before they are written."""

    report: Report
    draft: Draft
    submissions: list[Submission]
    values: Answers
    steps: list[tuple[int | None, ReviewStep]]

    def values_of(self, place: int) -> Answers:
        """An earlier version was returned because one of its totals had a digit too many."""
        return self.values if place == len(self.submissions) - 1 else answers.with_a_slip(self.values)


def scene_of(
    *,
    round: Round,
    indicators: Sequence[Indicator],
    schools: Mapping[int, DemoSchool],
    cast: Cast,
    until: datetime,
    seed: int,
) -> Scene:
    asked = answers.asked_in(indicators, round.year)
    return Scene(round, asked, {item.pk: item.code for item in indicators}, schools, cast, until, seed)


def write_journeys(*, scene: Scene, reports: Sequence[Report], journeys: Mapping[int, Journey]) -> None:
    """Drafts, submissions with their values, steps, and the state of each report; in batches."""
    chance = dice(scene.seed, scene.round.campaign.code, scene.round.code, "filling")
    filled = [_fill(scene, report, journeys[report.unit_id], chance) for report in reports]
    _look(scene, filled)
    for start in range(0, len(filled), BATCH):
        _write(filled[start : start + BATCH])


def _look(scene: Scene, filled: Sequence[Filled]) -> None:
    """Keep with each submission what the rules find strange in it, as when a school submits."""
    watch = watch_over(scene.round, [item.indicator for item in scene.asked])
    for item in filled:
        if item.submissions:
            watch.note(item.report, item.submissions[-1].submitted_at, item.values)
    for item in filled:
        for place, submission in enumerate(item.submissions):
            values = item.values_of(place)
            submission.warnings = watch.warnings(item.report, submission.submitted_at, values)


def _fill(scene: Scene, report: Report, journey: Journey, chance: random.Random) -> Filled:
    school = scene.schools.get(report.unit_id)
    values = _reported(scene, journey, school) if school else {}
    by = scene.cast.principals.get(report.unit_id) or scene.cast.commune_officers.get(report.unit_id)
    words = answers.narrative(chance) if scene.round.ask_narrative else {}
    steps, submissions = _steps(scene, report, journey, by, words, chance)
    report.state = _STATES[journey.stage]
    report.awaiting_commune = journey.stage == Stage.AT_COMMUNE
    report.version = len(journey.events)
    if submissions:
        report.first_submitted_at = submissions[0].submitted_at
        report.is_late = submissions[0].is_late
    if journey.stage == Stage.ACCEPTED:
        report.accepted_at = journey.events[-1].at
    draft = _draft(scene, report, journey, values, words, by, chance)
    return Filled(report, draft, submissions, values, steps)


def _reported(scene: Scene, journey: Journey, school: DemoSchool) -> Answers:
    """What the school said, which is not always what is true of it."""
    values = answers.answers(school, scene.asked, school_year=scene.round.school_year, seed=scene.seed)
    if journey.stage == Stage.RETURNED:
        return answers.with_a_slip(values)
    luck = dice(scene.seed, scene.round.code, school.unit.code, "rounded").random()
    return answers.rounded_up(values) if journey.stage in _WAITING and luck < _ROUNDED else values


def _draft(
    scene: Scene,
    report: Report,
    journey: Journey,
    values: Answers,
    words: dict[str, str],
    by: User | None,
    chance: random.Random,
) -> Draft:
    draft = Draft(report=report)
    if journey.stage == Stage.NOT_STARTED:
        return draft
    half = journey.stage == Stage.DRAFT
    opened_at = scene.round.opened_at or scene.until
    draft.values = answers.draft_values(values, scene.codes, share=0.5 if half else 1.0)
    draft.narrative = {key: "" if half else text for key, text in words.items()}
    draft.version = chance.randint(2, 9)
    saved = journey.times("submitted")[-1] if not half else opened_at + (scene.until - opened_at) * chance.random()
    draft.saved_at, draft.saved_by = saved, by
    return draft


def _steps(
    scene: Scene, report: Report, journey: Journey, by: User | None, words: dict[str, str], chance: random.Random
) -> tuple[list[tuple[int | None, ReviewStep]], list[Submission]]:
    """Review steps, each with the place of the submission that it is about, and the submissions."""
    steps: list[tuple[int | None, ReviewStep]] = []
    submissions: list[Submission] = []
    for event in journey.events:
        if event.kind == "submitted":
            submissions.append(_submission(scene, report, event, len(submissions) + 1, by, words, chance))
        actor, unit_id = _actor(scene, report, event, by)
        comment = chance.choice(RETURNS) if event.kind == "returned" else ""
        step = ReviewStep(report=report, kind=event.kind, at=event.at, by=actor, by_unit_id=unit_id, comment=comment)
        steps.append((len(submissions) - 1, step))
    return steps, submissions


def _actor(scene: Scene, report: Report, event: Event, by: User | None) -> tuple[User | None, int]:
    """Who took the step, and for which unit."""
    officers, manager_id = scene.cast.commune_officers, report.manager_id
    if event.kind == "submitted":
        return by, report.unit_id
    if scene.round.receiver_id in officers:
        return officers[scene.round.receiver_id], scene.round.receiver_id
    if scene.round.commune_reviews_first and event.kind != "accepted" and manager_id in officers:
        assert manager_id is not None  # noqa: S101 - a key of the officers
        return officers[manager_id], manager_id
    return scene.cast.officer, scene.cast.office.pk


def _submission(
    scene: Scene,
    report: Report,
    event: Event,
    number: int,
    by: User | None,
    words: dict[str, str],
    chance: random.Random,
) -> Submission:
    return Submission(
        report=report,
        number=number,
        token=uuid.UUID(int=chance.getrandbits(128), version=4),
        receipt=receipts.receipt_number(
            year=scene.round.year, report_id=report.pk, number=number, bits=chance.getrandbits(20)
        ),
        submitted_at=event.at,
        submitted_by=by,
        is_late=not deadlines.is_on_time(event.at, report.extended_until or scene.round.deadline_at),
        narrative=words,
    )


def _write(batch: Sequence[Filled]) -> None:
    """Submissions before the reports that point at them; drafts made at the opening give way to these."""
    Submission.objects.bulk_create([item for filled in batch for item in filled.submissions])
    Value.objects.bulk_create(list(_values(batch)), batch_size=2000)
    for filled in batch:
        filled.report.current_submission = filled.submissions[-1] if filled.submissions else None
        for place, step in filled.steps:
            step.submission = filled.submissions[place] if place is not None else None
    ReviewStep.objects.bulk_create([step for filled in batch for _, step in filled.steps])
    # One upsert: bulk_update of nine columns costs ten times as much.
    Report.objects.bulk_create(
        [filled.report for filled in batch],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "state",
            "awaiting_commune",
            "version",
            "current_submission",
            "first_submitted_at",
            "is_late",
            "accepted_at",
            "extended_until",
        ],
    )
    Draft.objects.filter(report__in=[filled.report.pk for filled in batch]).delete()
    Draft.objects.bulk_create([filled.draft for filled in batch])


def _values(batch: Sequence[Filled]) -> Iterator[Value]:
    for filled in batch:
        for place, submission in enumerate(filled.submissions):
            for (indicator_id, level), (numerator, denominator) in filled.values_of(place).items():
                yield Value(
                    submission=submission,
                    indicator_id=indicator_id,
                    level=level,
                    numerator=numerator,
                    denominator=denominator,
                )
