"""Questions that are asked of campaigns and directives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from schools.scope import Scope

if TYPE_CHECKING:
    from campaigns.models import Campaign, Directive  # noqa: F401 - named in the base class


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, scope: Scope) -> Self:
        """The department's campaigns are everybody's; a commune's are its own and its schools'."""
        if scope.reach == "province":
            return self
        if scope.reach == "nothing":
            return self.none()
        near = Q(owner_id=scope.unit_id) | Q(owner__placed_units=scope.unit_id)
        return self.filter(Q(owner__kind="department") | near).distinct()


class DirectiveQuerySet(models.QuerySet["Directive"]):
    def visible_to(self, scope: Scope) -> Self:
        """Documents of the department and above are public to the sector; a commune's to its schools."""
        if scope.reach == "province":
            return self
        if scope.reach == "nothing":
            return self.none()
        near = Q(issuer_id=scope.unit_id) | Q(issuer__placed_units=scope.unit_id)
        return self.filter(Q(issuer__isnull=True) | Q(issuer__kind__in=["department", "office"]) | near).distinct()

    def registered(self) -> Self:
        """Without those that are known only by citation."""
        return self.filter(is_stub=False)
