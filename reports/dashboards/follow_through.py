"""A province whose campaign asks for no report: its documents, and who has confirmed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from campaigns.models import Acknowledgement, Addressee, Directive
from schools.models import Unit
from schools.scope import Scope
from targets.completion import Rate

SHOWN = 10


@dataclass(frozen=True, slots=True)
class AddresseeGroup:
    """One group that a document is addressed to: how many units it names, how many confirmed."""

    wording: str
    obliged: bool
    expected: int
    acknowledged: int

    @property
    def percent(self) -> Decimal | None:
        return Rate(self.acknowledged, self.expected).percent


@dataclass(frozen=True, slots=True)
class FollowedDirective:
    id: int
    kind: str
    symbol: str
    subject: str
    issuer: str
    date: str
    campaign: str
    groups: Sequence[AddresseeGroup]

    @property
    def expected(self) -> int:
        return sum(group.expected for group in self.groups)

    @property
    def acknowledged(self) -> int:
        return sum(group.acknowledged for group in self.groups)


@dataclass(frozen=True, slots=True)
class FollowThrough:
    directives: Sequence[FollowedDirective]

    @property
    def expected(self) -> int:
        return sum(item.expected for item in self.directives)

    @property
    def acknowledged(self) -> int:
        return sum(item.acknowledged for item in self.directives)


def follow_through(scope: Scope) -> FollowThrough:
    """The newest documents that are addressed to somebody; one query a group, however many units there are."""
    directives = (
        Directive.objects.visible_to(scope)
        .registered()
        .filter(Exists(Addressee.objects.filter(directive=OuterRef("pk"))))
        .select_related("campaign")
        .prefetch_related("addressees")
        .order_by("-issued_year", "-issued_month", "-issued_day", "id")[:SHOWN]
    )
    return FollowThrough([_followed(item) for item in directives])


def _followed(item: Directive) -> FollowedDirective:
    return FollowedDirective(
        item.pk,
        item.get_kind_display(),
        item.symbol,
        item.subject,
        item.issuer_name,
        item.date_label,
        item.campaign.name if item.campaign else "",
        [_group(item, rule) for rule in item.addressees.all()],
    )


def _group(item: Directive, rule: Addressee) -> AddresseeGroup:
    word = Acknowledgement.objects.filter(directive=item, unit=OuterRef("pk"))
    counts = (
        Unit.objects.existing_on(timezone.localdate())
        .addressed_by([rule])
        .annotate(confirmed=Exists(word))
        .aggregate(expected=Count("pk"), acknowledged=Count("pk", filter=Q(confirmed=True)))
    )
    return AddresseeGroup(rule.wording, rule.obliged, counts["expected"], counts["acknowledged"])
