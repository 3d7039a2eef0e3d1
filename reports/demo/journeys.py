"""How far each report of a round has come, and when each step was taken. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from reports.demo.dice import shares
from reports.rounds import deadlines


class Stage(StrEnum):
    """The states of a report as a reader tells them apart, the furthest first."""

    ACCEPTED = "accepted"
    AT_DEPARTMENT = "at_department"
    AT_COMMUNE = "at_commune"
    RETURNED = "returned"
    DRAFT = "draft"
    NOT_STARTED = "not_started"


class Phase(StrEnum):
    """Where a round stands as of a moment."""

    OPEN = "open"
    CLOSED = "closed"
    JUST_PAST = "just_past"
    OVERDUE = "overdue"
    UNDATED = "undated"


_STAGES: Mapping[Phase, Mapping[Stage, float]] = {
    Phase.OPEN: {
        Stage.ACCEPTED: 29,
        Stage.AT_DEPARTMENT: 11,
        Stage.AT_COMMUNE: 11,
        Stage.RETURNED: 4,
        Stage.DRAFT: 17,
        Stage.NOT_STARTED: 28,
    },
    Phase.CLOSED: {Stage.ACCEPTED: 985, Stage.AT_DEPARTMENT: 15},
    Phase.JUST_PAST: {
        Stage.ACCEPTED: 42,
        Stage.AT_DEPARTMENT: 30,
        Stage.AT_COMMUNE: 6,
        Stage.RETURNED: 4,
        Stage.DRAFT: 7,
        Stage.NOT_STARTED: 11,
    },
    Phase.OVERDUE: {
        Stage.ACCEPTED: 80,
        Stage.AT_DEPARTMENT: 6,
        Stage.AT_COMMUNE: 1,
        Stage.RETURNED: 2,
        Stage.DRAFT: 3,
        Stage.NOT_STARTED: 8,
    },
    Phase.UNDATED: {
        Stage.ACCEPTED: 30,
        Stage.AT_DEPARTMENT: 25,
        Stage.AT_COMMUNE: 5,
        Stage.RETURNED: 10,
        Stage.DRAFT: 12,
        Stage.NOT_STARTED: 18,
    },
}
# A commune sums up its schools, so it reports when they have.
_COMMUNE_STAGES: Mapping[Stage, float] = {Stage.AT_DEPARTMENT: 8, Stage.DRAFT: 22, Stage.NOT_STARTED: 70}
_LATE_SHARE: Mapping[Phase, float] = {Phase.CLOSED: 0.03, Phase.JUST_PAST: 0.07, Phase.OVERDUE: 0.12}
_JUST_PAST = timedelta(days=14)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A round's time: opened, due (None without a date), and the moment after which nothing has happened yet."""

    opened_at: datetime
    deadline_at: datetime | None
    until: datetime
    phase: Phase


@dataclass(frozen=True, slots=True)
class Owing:
    """One report that is expected: whose, how early that unit is, who looks at it first."""

    unit_id: int
    promptness: float
    commune_first: bool
    is_commune: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    kind: str  # submitted, forwarded, returned, accepted
    at: datetime


@dataclass(frozen=True, slots=True)
class Journey:
    """What has happened to one report, in order."""

    stage: Stage
    events: tuple[Event, ...] = field(default=())

    def times(self, kind: str) -> list[datetime]:
        return [event.at for event in self.events if event.kind == kind]

    def was_missing(self, moment: datetime) -> bool:
        """Whether nothing valid was there: not submitted yet, or returned and not submitted again."""
        past = [event.kind for event in self.events if event.at <= moment]
        return not past or past[-1] == "returned"


def phase_of(deadline_at: datetime | None, now: datetime, *, has_next: bool) -> Phase:
    if deadline_at is None:
        return Phase.UNDATED
    if now < deadline_at:
        return Phase.OPEN
    if has_next:
        return Phase.CLOSED
    return Phase.JUST_PAST if now - deadline_at <= _JUST_PAST else Phase.OVERDUE


def plan_journeys(
    owing: Sequence[Owing], span: Span, *, pinned: Mapping[int, Stage], chance: random.Random
) -> dict[int, Journey]:
    """A journey for each unit: every stage of the phase occurs, the prompt ones have come furthest."""
    stages = _assign(owing, span.phase)
    stages.update({unit: stage for unit, stage in pinned.items() if unit in stages})
    came = [item for item in sorted(owing, key=_earliness) if stages[item.unit_id] not in _UNSUBMITTED]
    late = round(len(came) * _LATE_SHARE.get(span.phase, 0))
    if span.phase in _LATE_SHARE and came:
        late = max(1, late)
    found = {item.unit_id: Journey(stages[item.unit_id]) for item in owing}
    for place, item in enumerate(came):
        is_late = place >= len(came) - late
        share = (place + 0.5) / max(1, len(came) - late)
        # A commune waits for its schools: it comes in the last days there are.
        first = _first_submission(span, 0.9 + 0.1 * share if item.is_commune else share, is_late, chance)
        found[item.unit_id] = _walk(found[item.unit_id], first, item, span, chance)
    return found


_UNSUBMITTED = (Stage.DRAFT, Stage.NOT_STARTED)


def _earliness(item: Owing) -> tuple[float, int]:
    return item.promptness, item.unit_id


def _assign(owing: Sequence[Owing], phase: Phase) -> dict[int, Stage]:
    found: dict[int, Stage] = {}
    communes = [item for item in owing if item.is_commune]
    schools = [item for item in owing if not item.is_commune]
    for group, weights in (
        (schools, _STAGES[phase]),
        (communes, _STAGES[phase] if phase == Phase.CLOSED else _COMMUNE_STAGES),
    ):
        if not group:
            continue
        stages = [stage for stage, number in shares(len(group), weights, least=1).items() for _ in range(number)]
        for item, stage in zip(sorted(group, key=_earliness), stages, strict=True):
            found[item.unit_id] = Stage.AT_DEPARTMENT if stage == Stage.AT_COMMUNE and not item.commune_first else stage
    _keep_one_at_commune(schools, found, phase)
    return found


def _keep_one_at_commune(schools: Sequence[Owing], found: dict[int, Stage], phase: Phase) -> None:
    """In a small province chance may give no commune anything to look at."""
    if Stage.AT_COMMUNE not in _STAGES[phase] or Stage.AT_COMMUNE in found.values():
        return
    for item in schools:
        if item.commune_first and found[item.unit_id] == Stage.AT_DEPARTMENT:
            found[item.unit_id] = Stage.AT_COMMUNE
            return


def _first_submission(span: Span, share: float, is_late: bool, chance: random.Random) -> datetime:
    if is_late and span.deadline_at is not None:
        end = min(span.until, span.deadline_at + timedelta(days=18))
        return at_work(span.deadline_at + (end - span.deadline_at) * chance.random(), span.deadline_at, end, chance)
    end = min(span.until, span.deadline_at) if span.deadline_at else span.until
    # Most of a finished round comes in its last days; an open one grows evenly.
    bend = 0.55 if end == span.deadline_at else 0.85
    moment = span.opened_at + (end - span.opened_at) * (0.12 + 0.88 * share**bend)
    return at_work(moment, span.opened_at, end, chance)


def _walk(journey: Journey, first: datetime, item: Owing, span: Span, chance: random.Random) -> Journey:
    events = [Event("submitted", first)]
    at = first

    def step(kind: str, days: float) -> None:
        nonlocal at
        at = at_work(at + timedelta(days=chance.uniform(0.2, days)), at, span.until, chance)
        events.append(Event(kind, at))

    if journey.stage == Stage.RETURNED:
        step("returned", 3)
        return replace(journey, events=tuple(events))
    if journey.stage == Stage.ACCEPTED and chance.random() < 0.06:
        step("returned", 3)
        step("submitted", 4)
    if item.commune_first and journey.stage in (Stage.ACCEPTED, Stage.AT_DEPARTMENT):
        step("forwarded", 2.5)
    if journey.stage == Stage.ACCEPTED:
        step("accepted", 4)
    return replace(journey, events=tuple(events))


def at_work(moment: datetime, after: datetime, before: datetime, chance: random.Random) -> datetime:
    """Near the moment, mostly in office hours; strictly between the two others, which may be a minute apart."""
    local = moment.astimezone(deadlines.ZONE)
    if local.weekday() > 4 and chance.random() < 0.85:
        local -= timedelta(days=local.weekday() - 4)
    local = local.replace(hour=chance.choice((7, 8, 8, 9, 9, 10, 13, 14, 14, 15, 16, 16, 20)))
    local = local.replace(minute=chance.randrange(60), second=chance.randrange(60), microsecond=0)
    if not after < local < before:
        room = (before - after) / _MINUTE
        local = after + _MINUTE * chance.uniform(0.05, 0.95) * min(room, 24 * 60)
    return local.replace(microsecond=0) if local.replace(microsecond=0) > after else local
