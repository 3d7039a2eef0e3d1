"""What was corrected after a round was frozen, with what it did to each rate, as pages say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Max

from reports.models import Basis, Correction, Grouping, Report, Round, RoundIndicator
from reports.rounds.effects import Effect, cut
from schools.levels import LEVEL_CODES, LEVEL_NAMES
from schools.models import Unit
from schools.scope import Scope
from targets.completion import Completion, Goal, Status
from targets.models import Target

_GROUPINGS = [Grouping.WHOLE, Grouping.PLACE, Grouping.MANAGER]
_BASES = [Basis.PROVISIONAL, Basis.OFFICIAL]


@dataclass(frozen=True, slots=True)
class EffectLine:
    """One rate before and after, in the reader's words; `bases` says for which of the two it is so."""

    grouping: str
    grouping_name: str
    unit_name: str
    code: str
    indicator: str
    level_name: str
    bases: str
    before: Completion
    after: Completion
    difference: Fraction | None
    status_before: Status
    status_after: Status

    @property
    def is_whole(self) -> bool:
        return self.grouping == Grouping.WHOLE

    @property
    def points(self) -> Decimal | None:
        """Of the exact rates, cut to one decimal; 0 may stand for less than a tenth (`is_tiny`)."""
        return None if self.difference is None else cut(self.difference)

    @property
    def is_tiny(self) -> bool:
        return self.difference is not None and self.difference != 0 and self.points == 0

    @property
    def is_rise(self) -> bool:
        return self.difference is not None and self.difference > 0

    @property
    def turns(self) -> bool:
        """Whether it stands otherwise against its target than before."""
        return self.status_before is not self.status_after


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One correction of a round, with the rates that the reader may see."""

    correction: Correction
    report: Report
    effects: Sequence[EffectLine]

    @property
    def headline(self) -> list[EffectLine]:
        """The widest rates that the reader may see, over all levels: what is said before the whole table."""
        widest = self.effects[0].grouping if self.effects else ""
        return [line for line in self.effects if line.grouping == widest and not line.level_name]

    @property
    def key(self) -> str:
        """Part of an id on the page: no digit grouping in it."""
        return str(self.correction.pk)


@dataclass(frozen=True, slots=True)
class Corrected:
    """How often a frozen round was corrected, and when last."""

    count: int = 0
    last_at: datetime | None = None


def corrected(round_id: int) -> Corrected:
    found = Correction.objects.filter(submission__report__round=round_id).aggregate(
        count=Count("pk"), last=Max("submission__submitted_at")
    )
    return Corrected(found["count"], found["last"])


def correction_lines(round: Round, scope: Scope) -> list[CorrectionLine]:
    """The corrections of reports that the reader may see, last first, with the rates that are theirs to see."""
    found = list(
        Correction.objects.filter(
            submission__report__round=round, submission__report__in=Report.objects.visible_to(scope).values("pk")
        )
        .select_related("submission__report__unit", "submission__submitted_by")
        .order_by("-submission__submitted_at", "-pk")
    )
    effects = [visible_effects([Effect.from_json(row) for row in each.effects], scope) for each in found]
    words = Words.of(round, [effect for some in effects for effect in some])
    return [
        CorrectionLine(each, each.submission.report, words.lines(some))
        for each, some in zip(found, effects, strict=True)
    ]


def visible_effects(effects: Iterable[Effect], scope: Scope) -> list[Effect]:
    """The province sees all rates, a commune those over its own schools, a school none."""
    if scope.is_department:
        return list(effects)
    return [effect for effect in effects if scope.is_commune and effect.unit == scope.unit_id]


@dataclass(frozen=True, slots=True)
class Words:
    """Names and targets that stand beside the effects of one round."""

    units: Mapping[int, str]
    indicators: Mapping[int, tuple[int, str, str]]
    goals: Mapping[tuple[int, str], Goal]

    @classmethod
    def of(cls, round: Round, effects: Sequence[Effect]) -> Words:
        """Three queries, however many effects there are; none without any."""
        if not effects:
            return cls({}, {}, {})
        asked = RoundIndicator.objects.filter(round=round).order_by("order", "id")
        names = asked.values_list("indicator_id", "indicator__code", "indicator__short_name", "indicator__name")
        targets = Target.objects.filter(indicator__round_indicators__round=round, year=round.year)
        return cls(
            units=dict(Unit.objects.filter(pk__in={effect.unit for effect in effects}).values_list("pk", "name")),
            indicators={pk: (place, code, short or name) for place, (pk, code, short, name) in enumerate(names)},
            goals={(each.indicator_id, each.level): Goal(each.percent, each.encouraged) for each in targets},
        )

    def lines(self, effects: Iterable[Effect]) -> list[EffectLine]:
        """The province first, then its parts, in the order of the form; what both bases share stands once."""
        same: dict[tuple[object, ...], list[Effect]] = {}
        for effect in sorted(effects, key=self._place):
            key = (effect.grouping, effect.unit, effect.indicator, effect.level, effect.before, effect.after)
            same.setdefault(key, []).append(effect)
        return [self._line(some) for some in same.values()]

    def _place(self, effect: Effect) -> tuple[int, str, int, int, int]:
        return (
            _GROUPINGS.index(Grouping(effect.grouping)),
            self.units.get(effect.unit, ""),
            self.indicators.get(effect.indicator, (0, "", ""))[0],
            ("", *LEVEL_CODES).index(effect.level),
            _BASES.index(Basis(effect.basis)),
        )

    def _line(self, effects: Sequence[Effect]) -> EffectLine:
        effect = effects[0]
        _place, code, name = self.indicators.get(effect.indicator, (0, "", ""))
        goal = self.goals.get((effect.indicator, effect.level)) or self.goals.get((effect.indicator, ""))
        before, after = effect.before or Completion(), effect.after or Completion()
        return EffectLine(
            grouping=effect.grouping,
            grouping_name=str(Grouping(effect.grouping).label),
            unit_name=self.units.get(effect.unit, ""),
            code=code,
            indicator=name,
            level_name=str(LEVEL_NAMES[effect.level]) if effect.level else "",
            bases=", ".join(str(Basis(each.basis).label).lower() for each in effects).capitalize(),
            before=before,
            after=after,
            difference=effect.difference,
            status_before=before.status(goal),
            status_after=after.status(goal),
        )
