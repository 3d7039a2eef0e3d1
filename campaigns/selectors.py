"""Questions about documents: to whom they went, who confirmed, what they carry out and what carries them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from campaigns.models import Acknowledgement, Addressee, Directive, DirectiveReference
from schools import text
from schools.models import ManagedBy, Unit
from schools.scope import Scope


@dataclass(frozen=True, slots=True)
class Tally:
    """How many units a document names and how many of them confirmed it."""

    expected: int
    done: int

    @property
    def missing(self) -> int:
        return self.expected - self.done

    @property
    def percent(self) -> Decimal | None:
        """Cut to one decimal; None where nobody is named."""
        return Decimal(self.done * 1000 // self.expected) / 10 if self.expected else None


@dataclass(frozen=True, slots=True)
class RecipientGroup:
    """One line of Kính gửi with its count."""

    id: int
    wording: str
    obliged: bool
    tally: Tally


@dataclass(frozen=True, slots=True)
class Recipients:
    groups: tuple[RecipientGroup, ...]
    total: Tally


@dataclass(frozen=True, slots=True)
class Citation:
    """One place where a document names another, with the date that stands there."""

    relation: str
    place_in_text: str
    cited_on: date | None


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A document next to another in the chain; `citations` are all the places where one names the other."""

    id: int
    kind: str
    symbol: str
    date_label: str
    issuer_name: str
    subject: str
    is_stub: bool
    citations: tuple[Citation, ...]
    dates: tuple[date, ...]

    @property
    def relations(self) -> list[str]:
        """How it is named, each way once; blank where it is only carried out, which goes without saying."""
        named = list(dict.fromkeys(citation.relation for citation in self.citations))
        return [] if named == [str(DirectiveReference.Relation.CARRIES_OUT.label)] else named

    @property
    def dates_differ(self) -> bool:
        return len(self.dates) > 1


@dataclass(frozen=True, slots=True)
class Chain:
    """What a document carries out or names (`up`), and what carries it out or names it (`down`)."""

    up: tuple[ChainLink, ...]
    down: tuple[ChainLink, ...]


def matching(directives: QuerySet[Directive], words: str) -> QuerySet[Directive]:
    """Search without regard to diacritics. Documents are few: they are folded here, not in the database."""
    wanted = text.fold(words).split()
    if not wanted:
        return directives
    rows = directives.values_list("pk", "symbol", "subject", "issuer_name")
    found = [pk for pk, *fields in rows if all(word in text.fold(" ".join(fields)) for word in wanted)]
    return directives.filter(pk__in=found)


def is_addressed(directive: Directive, unit_id: int | None) -> bool:
    """Whether one of the lines of Kính gửi means this unit."""
    if unit_id is None:
        return False
    return Unit.objects.filter(pk=unit_id).addressed_by(list(directive.addressees.all())).exists()


def addressees_naming(unit: Unit) -> QuerySet[Addressee]:
    """The lines of all documents that mean this unit: `UnitQuerySet.addressed_by` from the unit's side."""
    manager = unit.manager.kind if unit.manager is not None else ManagedBy.OUTSIDE.value
    return (
        Addressee.objects.filter(Q(unit__isnull=True) | Q(unit=unit), unit_kind=unit.kind)
        .filter(Q(commune__isnull=True) | Q(commune=unit.commune_id))
        .filter(managed_by__in=[ManagedBy.ANYONE.value, manager])
        .alias(common_levels=F("levels").bitand(unit.levels))
        .filter(Q(levels=0) | Q(common_levels__gt=0))
    )


def _word_of_each() -> QuerySet[Acknowledgement]:
    return Acknowledgement.objects.filter(unit=OuterRef("pk"))


def recipients(directive: Directive, scope: Scope) -> Recipients:
    """Each group with its count, of the units that the reader may see and that exist today."""
    rules = list(directive.addressees.all())
    units = Unit.objects.visible_to(scope).existing_on(timezone.localdate())
    *counts, total = units.tally(list(rules), Exists(_word_of_each().filter(directive=directive)))
    groups = (
        RecipientGroup(rule.pk, rule.wording, rule.obliged, Tally(*count))
        for rule, count in zip(rules, counts, strict=True)
    )
    # A commune reads of its own schools only: groups in which it sees nobody say nothing to it.
    return Recipients(tuple(group for group in groups if scope.is_department or group.tally.expected), Tally(*total))


def recipient_units(
    directive: Directive, scope: Scope, *, addressee: Addressee | None = None, state: str = ""
) -> QuerySet[Unit]:
    """The units of one group, or of all, with `acknowledged_at`; state is 'missing', 'done' or blank."""
    rules = [addressee] if addressee is not None else list(directive.addressees.all())
    units = (
        Unit.objects.visible_to(scope)
        .existing_on(timezone.localdate())
        .addressed_by(list(rules))
        .annotate(acknowledged_at=Subquery(_word_of_each().filter(directive=directive).values("at")[:1]))
        .select_related("commune")
        .order_by("name_sort", "pk")
    )
    if state == "missing":
        return units.filter(acknowledged_at__isnull=True)
    return units.filter(acknowledged_at__isnull=False) if state == "done" else units


def chain_of(directive: Directive, scope: Scope) -> Chain:
    """The neighbours of a document that the reader may see, oldest first."""
    visible = Directive.objects.visible_to(scope).values("pk")
    up = DirectiveReference.objects.filter(directive=directive, cited__in=visible).select_related("cited")
    down = DirectiveReference.objects.filter(cited=directive, directive__in=visible).select_related("directive")
    return Chain(
        up=_links((reference.cited, reference) for reference in up),
        down=_links((reference.directive, reference) for reference in down),
    )


def _links(pairs: Iterable[tuple[Directive, DirectiveReference]]) -> tuple[ChainLink, ...]:
    together: dict[Directive, list[DirectiveReference]] = {}
    for other, reference in pairs:
        together.setdefault(other, []).append(reference)
    return tuple(_link(other, together[other]) for other in sorted(together, key=_age))


def _age(directive: Directive) -> tuple[int, int, int, int]:
    """A blank part of a date stands after those that are known."""
    return (directive.issued_year or 9999, directive.issued_month or 99, directive.issued_day or 99, directive.pk)


def _link(other: Directive, references: Sequence[DirectiveReference]) -> ChainLink:
    return ChainLink(
        id=other.pk,
        kind=other.get_kind_display(),
        symbol=other.symbol,
        date_label=other.date_label,
        issuer_name=other.issuer_name,
        subject=other.subject,
        is_stub=other.is_stub,
        citations=tuple(
            Citation(item.get_relation_display(), item.place_in_text, item.cited_on) for item in references
        ),
        dates=tuple(sorted({item.cited_on for item in references if item.cited_on is not None})),
    )


def acknowledgement_of(directive: Directive, unit_id: int | None) -> Acknowledgement | None:
    if unit_id is None:
        return None
    return directive.acknowledgements.filter(unit_id=unit_id).select_related("by").first()
