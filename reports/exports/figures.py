"""The figures of a round, as pages and files both read them: indicators with their targets, and rates beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import FilteredRelation, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.models import RoundIndicator
from schools import levels
from targets.completion import Completion, Goal, Status, Verdict, worst

Rates = Mapping[tuple[int, int, str], Completion]
NOTHING = Completion()


@dataclass(frozen=True, slots=True)
class AskedIndicator:
    """One indicator that a round asks for, with the targets of the round's year and the offices that lead it."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    counted: str
    level_mask: int
    goals: Mapping[str, Goal]
    leads: Mapping[int, str]

    @property
    def level_codes(self) -> list[str]:
        return levels.to_codes(self.level_mask)

    @property
    def has_goal_by_level(self) -> bool:
        return any(self.goals)

    @property
    def lead_names(self) -> str:
        return "; ".join(self.leads.values())

    def goal(self, level: str = "") -> Goal | None:
        """What this level is held against: its own target, else the general one; the whole only by the general one."""
        return self.goals.get(level) or self.goals.get("")


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator over one set of schools at one level (blank: all), beside its target and the last round."""

    level: str
    completion: Completion
    goal: Goal | None
    previous: Completion | None = None

    @property
    def applies(self) -> bool:
        return self.completion.expected > 0

    @property
    def percent(self) -> Decimal | None:
        return self.completion.reported.percent

    @property
    def target(self) -> Decimal | None:
        return self.goal.percent if self.goal else None

    @property
    def encouraged(self) -> bool:
        return self.goal is not None and self.goal.encouraged

    @property
    def previous_percent(self) -> Decimal | None:
        return self.previous.reported.percent if self.previous else None

    @property
    def gap(self) -> Decimal | None:
        """Points between what is shown and the target; negative is below."""
        if self.percent is None or self.target is None:
            return None
        return self.percent - self.target

    @property
    def status(self) -> Status:
        return self.completion.status(self.goal)

    @property
    def verdict(self) -> Verdict:
        return self.completion.verdict(self.goal)

    @property
    def is_met(self) -> bool:
        return self.status is Status.MET

    @property
    def is_low(self) -> bool:
        return self.status is Status.BEHIND

    @property
    def silent(self) -> int:
        return self.completion.silent

    @property
    def floor(self) -> Decimal | None:
        return self.completion.floor.percent

    @property
    def ceiling(self) -> Decimal | None:
        return self.completion.ceiling.percent

    @property
    def has_range(self) -> bool:
        """Whether floor and ceiling say more than the reported rate."""
        return self.silent > 0 and self.floor is not None and self.floor != self.ceiling

    @property
    def range_width(self) -> Decimal | None:
        return None if self.floor is None or self.ceiling is None else self.ceiling - self.floor

    @property
    def target_words(self) -> str:
        """'80' or '62,5': as the plan writes it."""
        return "" if self.target is None else f"{self.target.normalize():f}".replace(".", ",")

    @property
    def heat(self) -> int:
        """1 to 5 by the share of the target reached (under 60, 60–80, 80–92, 92–100, met); 0 without a target."""
        if self.percent is None or not self.target:
            return 0
        if self.is_met:
            return 5
        share = self.percent * 100 / self.target
        return 1 + sum(share >= step for step in (60, 80, 92))


@dataclass(frozen=True, slots=True)
class IndicatorFigures:
    """One indicator over one set of schools: the whole, and each of its levels."""

    indicator: AskedIndicator
    whole: Figure
    by_level: Mapping[str, Figure] = field(default_factory=dict)

    @property
    def judged(self) -> list[Figure]:
        """The figures that a target stands beside: the whole, or with targets by level those levels."""
        if self.whole.target is not None or not self.indicator.has_goal_by_level:
            return [self.whole]
        return [
            figure for level, figure in self.by_level.items() if level in self.indicator.goals and figure.applies
        ] or [self.whole]

    @property
    def status(self) -> Status:
        return worst(figure.status for figure in self.judged)

    @property
    def verdict(self) -> Verdict:
        """Missed as soon as one level is surely missed; met only when all are."""
        found = {figure.verdict for figure in self.judged} - {Verdict.NONE}
        for verdict in (Verdict.MISSED, Verdict.OPEN, Verdict.MET):
            if verdict in found:
                return verdict
        return Verdict.NONE

    @property
    def heat(self) -> int:
        """As its worst level; 0 where no target stands beside it."""
        return min((figure.heat for figure in self.judged if figure.heat), default=0)


STATUS_WORDS: dict[Status, str | Promise] = {
    Status.BEHIND: _("chậm"),
    Status.NEAR: _("gần đạt"),
    Status.MET: _("đạt"),
    Status.FOLLOWED: _("theo dõi"),
}
VERDICT_WORDS: dict[Verdict, str | Promise] = {
    Verdict.MET: _("chắc chắn đạt"),
    Verdict.MISSED: _("chắc chắn không đạt"),
    Verdict.OPEN: _("chưa đủ dữ liệu"),
    Verdict.NONE: "",
}


def asked_indicators(*, round_id: int, year: int) -> list[AskedIndicator]:
    """The indicators of a round in their order. One query: targets and leads multiply the rows, which are few."""
    rows = (
        RoundIndicator.objects.filter(round_id=round_id)
        .annotate(goal=FilteredRelation("indicator__targets", condition=Q(indicator__targets__year=year)))
        .order_by("order", "id", "indicator__leads__name_sort", "goal__id")
        .values_list(
            "indicator_id",
            "indicator__code",
            "indicator__name",
            "indicator__short_name",
            "indicator__kind",
            "indicator__counted",
            "indicator__levels",
            "goal__level",
            "goal__percent",
            "goal__encouraged",
            "indicator__leads__id",
            "indicator__leads__name",
            "indicator__leads__short_name",
        )
    )
    plain: dict[int, tuple[str, str, str, str, str, int]] = {}
    goals: dict[int, dict[str, Goal]] = {}
    leads: dict[int, dict[int, str]] = {}
    for pk, code, name, short, kind, counted, mask, level, percent, encouraged, lead, lead_name, lead_short in rows:
        plain.setdefault(pk, (code, name, short or name, kind, counted, mask))
        if level is not None:
            goals.setdefault(pk, {})[level] = Goal(percent, encouraged)
        if lead is not None:
            leads.setdefault(pk, {})[lead] = lead_short or lead_name
    return [AskedIndicator(pk, *fields, goals.get(pk, {}), leads.get(pk, {})) for pk, fields in plain.items()]


def figures_of(
    indicators: Iterable[AskedIndicator], *, unit_id: int, rates: Rates, previous: Rates | None = None
) -> list[IndicatorFigures]:
    """Each indicator over the schools of one unit of `rates`, the whole and by level."""
    before = previous or {}

    def figure(indicator: AskedIndicator, level: str) -> Figure:
        key = (unit_id, indicator.id, level)
        goal = indicator.goal(level) if level else indicator.goals.get("")
        return Figure(level, rates.get(key, NOTHING), goal, before.get(key))

    return [
        IndicatorFigures(
            indicator, figure(indicator, ""), {level: figure(indicator, level) for level in indicator.level_codes}
        )
        for indicator in indicators
    ]
