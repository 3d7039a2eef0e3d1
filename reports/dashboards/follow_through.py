"""A province whose campaign asks for no report: its documents, and who has confirmed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from campaigns.models import Addressee, Directive
from campaigns.selectors import Recipients, recipients
from schools.scope import Scope

SHOWN = 10


@dataclass(frozen=True, slots=True)
class FollowedDirective:
    """One document with the count of each group that it is addressed to."""

    id: int
    kind: str
    symbol: str
    subject: str
    issuer: str
    date: str
    campaign: str
    recipients: Recipients


@dataclass(frozen=True, slots=True)
class FollowThrough:
    directives: Sequence[FollowedDirective]


def follow_through(scope: Scope) -> FollowThrough:
    """The newest documents that are addressed to somebody; a few queries a document, however many units there are."""
    directives = (
        Directive.objects.visible_to(scope)
        .registered()
        .filter(Exists(Addressee.objects.filter(directive=OuterRef("pk"))))
        .select_related("campaign")
        .order_by("-issued_year", "-issued_month", "-issued_day", "id")[:SHOWN]
    )
    return FollowThrough([_followed(item, scope) for item in directives])


def _followed(item: Directive, scope: Scope) -> FollowedDirective:
    return FollowedDirective(
        item.pk,
        item.get_kind_display(),
        item.symbol,
        item.subject,
        item.issuer_name,
        item.date_label,
        item.campaign.name if item.campaign else "",
        recipients(item, scope),
    )
