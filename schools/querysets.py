"""Questions that are asked of units."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q

from schools import text
from schools.scope import Scope

if TYPE_CHECKING:
    from schools.models import AudienceRule, Unit  # noqa: F401 - named in the base class


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, scope: Scope) -> Self:
        """The one door: every page, list and API answer about units begins here."""
        if scope.reach == "province":
            return self
        if scope.reach == "commune":
            return self.filter(Q(pk=scope.unit_id) | Q(commune_id=scope.unit_id) | Q(manager_id=scope.unit_id))
        if scope.reach == "unit":
            return self.filter(pk=scope.unit_id)
        return self.none()

    def existing_on(self, day: date) -> Self:
        return self.filter(Q(opened_on__isnull=True) | Q(opened_on__lte=day)).filter(
            Q(closed_on__isnull=True) | Q(closed_on__gt=day)
        )

    def with_levels(self, mask: int) -> Self:
        """Units that have at least one of the levels."""
        return self.alias(common_levels=F("levels").bitand(mask)).filter(common_levels__gt=0)

    def schools(self) -> Self:
        return self.filter(kind="school")

    def communes(self) -> Self:
        return self.filter(kind="commune")

    def matching(self, words: str) -> Self:
        """Search by name or code without regard to diacritics or case."""
        for word in text.fold(words).split():
            self = self.filter(Q(name_folded__contains=word) | Q(code__icontains=word))
        return self

    def addressed_by(self, rules: list[AudienceRule]) -> Self:
        """Units that at least one of the rules names."""
        if not rules:
            return self.none()
        condition = Q()
        for rule in rules:
            condition |= _condition(rule)
        return self.annotate(**_level_matches(rules)).filter(condition)

    def tally(self, rules: list[AudienceRule], done: models.Exists) -> list[tuple[int, int]]:
        """How many units each rule names and for how many of them `done` holds; last all of them, each once.

        One query however many rules there are.
        """
        if not rules:
            return [(0, 0)]
        conditions = [_condition(rule) for rule in rules]
        counts: dict[str, models.Count] = {}
        for place, condition in enumerate([*conditions, Q(kind__isnull=False)]):
            counts[f"named_{place}"] = models.Count("pk", filter=condition)
            counts[f"done_{place}"] = models.Count("pk", filter=condition & Q(_done=True))
        found = self.addressed_by(rules).annotate(_done=done).aggregate(**counts)
        return [(found[f"named_{place}"], found[f"done_{place}"]) for place in range(len(conditions) + 1)]


def _level_matches(rules: list[AudienceRule]) -> dict[str, Any]:
    return {f"_levels_{rule.levels}": F("levels").bitand(rule.levels) for rule in rules if rule.levels}


def _condition(rule: AudienceRule) -> Q:
    condition = Q(kind=rule.unit_kind)
    if rule.unit_id:
        condition &= Q(pk=rule.unit_id)
    if rule.levels:
        condition &= Q(**{f"_levels_{rule.levels}__gt": 0})
    if rule.managed_by == "department":
        condition &= Q(manager__kind="department")
    elif rule.managed_by == "commune":
        condition &= Q(manager__kind="commune")
    elif rule.managed_by == "outside":
        condition &= Q(manager__isnull=True)
    if rule.commune_id:
        condition &= Q(commune_id=rule.commune_id)
    return condition
