"""Questions that are asked of rounds and reports."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from schools.scope import Scope

if TYPE_CHECKING:
    from reports.models import Report, Round  # noqa: F401 - named in the base class


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, scope: Scope) -> Self:
        """The province sees all; a commune what it receives or what its schools owe; a school what it owes."""
        if scope.reach == "province":
            return self
        if scope.reach == "nothing":
            return self.none()
        from reports.models import Report

        owed = Report.objects.visible_to(scope).filter(round=models.OuterRef("pk"))
        return self.filter(Q(receiver_id=scope.unit_id) | models.Exists(owed))


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, scope: Scope) -> Self:
        """The one door to reports: the province's all, a commune's own and its schools', a school's own."""
        if scope.reach == "province":
            return self
        if scope.reach == "commune":
            return self.filter(Q(unit_id=scope.unit_id) | Q(commune_id=scope.unit_id) | Q(manager_id=scope.unit_id))
        if scope.reach == "unit":
            return self.filter(unit_id=scope.unit_id)
        return self.none()

    def expected(self) -> Self:
        """Without those that were taken off the list."""
        return self.filter(excluded_at__isnull=True)

    def counted(self) -> Self:
        return self.expected().filter(state__in=["submitted", "accepted"])

    def missing(self) -> Self:
        """Those from whom nothing valid is there yet."""
        return self.expected().exclude(state__in=["submitted", "accepted"])

    def overdue(self, now: datetime) -> Self:
        """Missing, and past their own deadline; a round without a date has none that is overdue."""
        return (
            self.missing()
            .alias(own_deadline=Coalesce(F("extended_until"), F("round__deadline_at")))
            .filter(own_deadline__lte=now)
        )
