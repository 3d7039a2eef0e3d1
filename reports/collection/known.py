"""What the portal already knows of a unit before it answers, and in which words it says so. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from reports.collection.questions import Offered, Question, Row
from reports.models import Round
from reports.rounds import wording
from schools import levels
from targets.completion import Goal, Rate
from targets.models import Indicator, IndicatorKind


@dataclass(frozen=True, slots=True)
class Stated:
    """One answer that the unit has submitted in some round, as its current version there says it.

    `stands` is false where that report was taken off the list or sent back: what is disputed is not passed on.
    """

    indicator_id: int
    counted: str
    level: str
    numerator: int
    denominator: int
    round_id: int
    round_name: str
    year: int
    school_year: int
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Total:
    number: int
    source: str


@dataclass(frozen=True, slots=True)
class Known:
    """`totals` by (who is counted, level); `previous` and `offered` by (indicator, level)."""

    totals: Mapping[tuple[str, str], Total] = field(default_factory=dict)
    previous: Mapping[tuple[int, str], Rate] = field(default_factory=dict)
    offered: Mapping[tuple[int, str], Offered] = field(default_factory=dict)


def gather(
    round: Round,
    *,
    headcounts: Iterable[tuple[str, str, int]],
    stated: Iterable[Stated],
    asked: Collection[Indicator],
) -> Known:
    """Put together what is known for one report of the round.

    `headcounts` are (population, level, number) of the round's school year; `stated` what the unit has
    submitted in other rounds, the newest first. An answer of another round that asks the same (for the same
    year, with figures of the same school year) goes before the last round's answer to what rarely changes.
    """
    totals = {(population, level): Total(number, _list_words()) for population, level, number in headcounts}
    previous: dict[tuple[int, str], Rate] = {}
    offered: dict[tuple[int, str], Offered] = {}
    rarely = {indicator.pk for indicator in asked if _rarely(indicator)}
    kept: dict[tuple[int, str], Offered] = {}
    for one in stated:
        key, people = (one.indicator_id, one.level), (one.counted, one.level)
        if one.round_id == round.previous_id:
            previous[key] = Rate(one.numerator, one.denominator)
            if one.indicator_id in rarely:
                source = _("đợt trước (%(round)s)") % {"round": one.round_name}
                kept[key] = Offered(one.numerator, one.denominator, source)
        if one.school_year != round.school_year or not one.stands:
            continue
        source = wording.report_name(one.round_name)
        if one.counted:
            totals.setdefault(people, Total(one.denominator, source))
        if one.year == round.year:
            offered.setdefault(key, Offered(one.numerator, one.denominator, source))
    return Known(totals, previous, {**kept, **offered})


def question(
    number: int, indicator: Indicator, *, unit_levels: int, goals: Mapping[str, Goal], known: Known
) -> Question:
    """The indicator as a unit of these levels is asked it, unanswered."""
    return Question(
        number=number,
        indicator_id=indicator.pk,
        code=indicator.code,
        section=indicator.section,
        text=indicator.question,
        short_name=indicator.short_name,
        hint=indicator.hint,
        kind=indicator.kind,
        counted=indicator.counted,
        rows=tuple(
            _row(indicator, level, _goal(goals, level, unit_levels), known)
            for level in indicator.value_levels(unit_levels)
        ),
    )


def _row(indicator: Indicator, level: str, goal: Goal | None, known: Known) -> Row:
    total = known.totals.get((indicator.counted, level)) if indicator.counted else Total(1, "")
    key = (indicator.pk, level)
    return Row(
        level=level,
        known=total.number if total else None,
        known_from=total.source if total else "",
        goal=goal,
        previous=known.previous.get(key),
        offered=known.offered.get(key),
    )


def _goal(goals: Mapping[str, Goal], level: str, unit_levels: int) -> Goal | None:
    """The target of the level, else the one for all; of a value for the whole school, its highest level's."""
    if level in goals or level:
        return goals.get(level, goals.get(""))
    return next((goals[code] for code in reversed(levels.to_codes(unit_levels)) if code in goals), None)


def _rarely(indicator: Indicator) -> bool:
    """A count of people is what a round asks anew; only a yes or no is the same until somebody changes it."""
    return indicator.rarely_changes and indicator.kind == IndicatorKind.UNITS


def _list_words() -> str:
    return _("danh mục trường")
