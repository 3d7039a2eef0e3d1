"""Questions that are asked of indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from schools.scope import Scope

if TYPE_CHECKING:
    from targets.models import Indicator  # noqa: F401 - named in the base class


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def visible_to(self, scope: Scope) -> Self:
        """As its campaign is: indicators and targets are no secret inside the sector."""
        if scope.reach == "province":
            return self
        if scope.reach == "nothing":
            return self.none()
        near = Q(campaign__owner_id=scope.unit_id) | Q(campaign__owner__placed_units=scope.unit_id)
        return self.filter(Q(campaign__owner__kind="department") | near).distinct()

    def applying_to(self, unit_levels: int) -> Self:
        return self.alias(common_levels=F("levels").bitand(unit_levels)).filter(common_levels__gt=0)
