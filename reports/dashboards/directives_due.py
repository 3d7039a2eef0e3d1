"""Which documents name a unit, and whether it has confirmed them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery

from campaigns.models import Acknowledgement, Directive
from campaigns.selectors import addressees_naming
from schools.models import Unit
from schools.scope import Scope


@dataclass(frozen=True, slots=True)
class DirectiveDue:
    """One document that was sent to the unit; `acknowledged_at` is None until the unit confirms it."""

    id: int
    kind: str
    symbol: str
    subject: str
    issuer: str
    date: str
    obliged: bool
    acknowledged_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        return self.acknowledged_at is None


def directives_due(unit: Unit, scope: Scope) -> list[DirectiveDue]:
    """Documents addressed to the unit, those that wait for its word first. One query."""
    rules = addressees_naming(unit).filter(directive=OuterRef("pk"))
    word = Acknowledgement.objects.filter(directive=OuterRef("pk"), unit=unit)
    found = (
        Directive.objects.visible_to(scope)
        .registered()
        .exclude(issuer=unit)
        .annotate(
            obliged=Exists(rules.filter(obliged=True)),
            acknowledged_at=Subquery(word.values("at")[:1]),
        )
        .filter(Exists(rules))
        .order_by(F("acknowledged_at").desc(nulls_first=True), "-issued_year", "-issued_month", "-issued_day", "id")
    )
    return [_due(item) for item in found]


def _due(item: Any) -> DirectiveDue:
    return DirectiveDue(
        item.pk,
        item.get_kind_display(),
        item.symbol,
        item.subject,
        item.issuer_name,
        item.date_label,
        item.obliged,
        item.acknowledged_at,
    )
