"""Which rounds a reader can look at, which one first, and its deadline in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from reports.models import CompletionRate, Correction, Grouping, ReminderStep, Round, RoundState
from reports.rounds import deadlines, wording
from schools.models import UnitKind
from schools.scope import Scope


@dataclass(frozen=True, slots=True)
class RoundChoice:
    """One round as the picker and the cards show it; figures are as of `computed_at`, or not computed yet."""

    id: int
    name: str
    year: int
    school_year: int
    state: str
    campaign_id: int
    campaign: str
    directive: str
    receiver_id: int
    receiver: str
    receiver_kind: str
    through: str
    previous_id: int | None
    deadline_at: datetime | None
    deadline_on: date | None
    deadline_rule: str
    opened_at: datetime | None
    closed_at: datetime | None
    computed_at: datetime | None
    next_reminder_at: datetime | None
    corrected_at: datetime | None = None
    corrections: int = 0

    @property
    def is_open(self) -> bool:
        return self.state == RoundState.OPEN

    @property
    def is_planned(self) -> bool:
        return self.state == RoundState.PLANNED

    @property
    def is_closed(self) -> bool:
        return self.state == RoundState.CLOSED

    @property
    def report_title(self) -> str:
        return report_title(self.name)

    @property
    def is_of_department(self) -> bool:
        """Whether all of it is the whole province."""
        return self.receiver_kind == UnitKind.DEPARTMENT

    @property
    def has_deadline(self) -> bool:
        return self.deadline_at is not None

    @property
    def deadline_words(self) -> str:
        return deadline_words(self.deadline_on, self.deadline_rule, self.deadline_at)

    def is_over(self, now: datetime) -> bool:
        return self.deadline_at is not None and now >= self.deadline_at


def report_title(name: str) -> str:
    """'Báo cáo Tổng kết 2026'; a round whose own name begins so does not say it twice."""
    prefix = _("Báo cáo")
    return name if name.casefold().startswith(prefix.casefold()) else f"{prefix} {name}"


def deadline_words(on: date | None, rule: str, at: datetime | None) -> str:
    """'trước ngày 15/12/2026', 'chậm nhất ngày 15/12/2026', 'trước 17:00 ngày 15/12/2026', or that there is none."""
    if on is None or at is None:
        return _("không ấn định hạn")
    return wording.rule_words(on, rule, at.astimezone(deadlines.ZONE).time())


def round_choices(scope: Scope, *, basis: str, now: datetime) -> list[RoundChoice]:
    """All rounds within the reader's scope, newest first, in one query."""
    computed = CompletionRate.objects.filter(round=OuterRef("pk"), basis=basis, grouping=Grouping.WHOLE)
    steps = ReminderStep.objects.filter(round=OuterRef("pk"), enabled=True, due_at__gt=now)
    corrections = Correction.objects.filter(submission__report__round=OuterRef("pk")).order_by()
    by_round = corrections.values("submission__report__round")
    rows = (
        Round.objects.visible_to(scope)
        .annotate(
            computed_at=Subquery(computed.order_by("-computed_at").values("computed_at")[:1]),
            next_reminder_at=Subquery(steps.order_by("due_at").values("due_at")[:1]),
            corrected_at=Subquery(by_round.annotate(last=Max("submission__submitted_at")).values("last")),
            corrections=Coalesce(Subquery(by_round.annotate(count=Count("pk")).values("count")), 0),
        )
        .order_by("-year", "-deadline_at", "-id")
        .values_list(
            "id",
            "name",
            "year",
            "school_year",
            "state",
            "campaign_id",
            "campaign__name",
            "directive__subject",
            "receiver_id",
            "receiver__name",
            "receiver__kind",
            "through__name",
            "previous_id",
            "deadline_at",
            "deadline_on",
            "deadline_rule",
            "opened_at",
            "closed_at",
            "computed_at",
            "next_reminder_at",
            "corrected_at",
            "corrections",
        )
    )
    return [RoundChoice(*row) for row in rows]


def choose_round(choices: Sequence[RoundChoice], wanted: int | None, now: datetime) -> RoundChoice | None:
    """The one asked for, or None; else by urgency: open and nearest due, open without a date, last closed, planned."""
    if wanted is not None:
        return next((choice for choice in choices if choice.id == wanted), None)

    def urgency(choice: RoundChoice) -> tuple[int, float]:
        rank = {RoundState.OPEN: 0, RoundState.CLOSED: 2, RoundState.PLANNED: 3}[RoundState(choice.state)]
        if choice.deadline_at is None:
            return rank + 1 if choice.is_open else rank, 0.0
        distance = abs((choice.deadline_at - now).total_seconds())
        return rank, distance

    return min(choices, key=urgency, default=None)
