"""What the pages of documents show: the rows of the list, and the deadlines that a document sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from campaigns.models import Acknowledgement, Directive, DirectiveReference
from campaigns.selectors import addressees_naming
from reports.models import Round, RoundState
from reports.rounds import deadlines
from schools.models import Unit
from schools.scope import Scope

NEWEST_FIRST = (
    F("issued_year").desc(nulls_last=True),
    F("issued_month").desc(nulls_last=True),
    F("issued_day").desc(nulls_last=True),
    "-pk",
)


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One round that a document asks for, with the words of its deadline.

    `state` is closed, undated, over, today or ahead; `round_id` is None where the reader may not open the round.
    """

    round_id: int | None
    name: str
    on: date | None
    words: str
    state: str
    days: int
    last_day: date | None
    who: tuple[str, ...]
    receiver: str
    through: str
    annex_note: str


@dataclass(frozen=True, slots=True)
class DirectiveRow:
    """One document in the list; `own` is '', 'waiting' or 'done' for the reader's own unit."""

    id: int
    kind: str
    symbol: str
    lacks_number: bool
    lacks_day: bool
    date_label: str
    subject: str
    issuer_name: str
    campaign: str
    theme: str
    cited: int
    acknowledged: int
    own: str
    deadlines: tuple[DeadlineLine, ...]


def deadlines_of(directive: Directive, scope: Scope, now: datetime) -> tuple[DeadlineLine, ...]:
    """The document is the reader's to see, and so are its deadlines; the rounds themselves only within scope."""
    rounds = _with_parts(directive.rounds.all())
    seen = set(Round.objects.visible_to(scope).filter(directive=directive).values_list("pk", flat=True))
    return tuple(_line(item, now, seen) for item in rounds)


def _with_parts(rounds: QuerySet[Round]) -> QuerySet[Round]:
    order = (F("year").asc(), F("deadline_at").asc(nulls_last=True), "pk")
    return rounds.select_related("receiver", "through").prefetch_related("audiences").order_by(*order)


def _line(item: Round, now: datetime, seen: set[int]) -> DeadlineLine:
    state, days, last_day = "undated", 0, None
    if item.deadline_at is not None:
        countdown = deadlines.countdown(item.deadline_at, now)
        days, last_day = countdown.days, deadlines.last_day(item.deadline_at)
        state = "over" if countdown.is_over else "today" if days == 0 else "ahead"
    return DeadlineLine(
        round_id=item.pk if item.pk in seen else None,
        name=item.name,
        on=item.deadline_on,
        words=item.deadline_words,
        state="closed" if item.state == RoundState.CLOSED else state,
        days=days,
        last_day=last_day,
        who=tuple(audience.wording for audience in item.audiences.all()),
        receiver=item.receiver.short_name or item.receiver.name,
        through=item.through.name if item.through is not None else "",
        annex_note=item.annex_note,
    )


def listed(directives: QuerySet[Directive], scope: Scope) -> QuerySet[Directive]:
    """The documents of a page of the list with what their rows need."""
    unit = Unit.objects.select_related("manager").filter(pk=scope.unit_id or 0).first()
    words = Acknowledgement.objects.filter(directive=OuterRef("pk"))
    own = words.filter(unit=scope.unit_id)
    named = addressees_naming(unit).filter(directive=OuterRef("pk")) if unit else Acknowledgement.objects.none()
    cited = DirectiveReference.objects.filter(directive=OuterRef("pk")).order_by().values("directive")
    seen = words.filter(unit__in=Unit.objects.visible_to(scope)).order_by().values("directive")
    return (
        directives.annotate(
            cited_count=Subquery(cited.annotate(n=Count("cited", distinct=True)).values("n")),
            acknowledged_count=Subquery(seen.annotate(n=Count("pk")).values("n")),
            is_addressed=Exists(named),
            is_confirmed=Exists(own),
        )
        .select_related("campaign", "theme")
        .order_by(*NEWEST_FIRST)
    )


def waiting_in(directives: QuerySet[Any]) -> int:
    """How many of the `listed` ones wait for the word of the reader's unit."""
    return directives.filter(is_addressed=True, is_confirmed=False).count()


def rows_of(directives: Iterable[Directive], now: datetime) -> list[DirectiveRow]:
    """From `listed`; one query more for the rounds of all of them and one for whom they ask."""
    found = list(directives)
    lines: dict[int, list[DeadlineLine]] = {item.pk: [] for item in found}
    for round_ in _with_parts(Round.objects.filter(Q(directive__in=lines))):
        if round_.directive_id is not None:
            lines[round_.directive_id].append(_line(round_, now, set()))
    return [_row(item, tuple(lines[item.pk])) for item in found]


def _row(item: Directive, lines: tuple[DeadlineLine, ...]) -> DirectiveRow:
    confirmed, addressed = getattr(item, "is_confirmed", False), getattr(item, "is_addressed", False)
    return DirectiveRow(
        id=item.pk,
        kind=item.get_kind_display(),
        symbol=item.symbol,
        lacks_number=item.lacks_number,
        lacks_day=item.lacks_day,
        date_label=item.date_label,
        subject=item.subject,
        issuer_name=item.issuer_name,
        campaign=item.campaign.name if item.campaign else "",
        theme=item.theme.name if item.theme else "",
        cited=getattr(item, "cited_count", None) or 0,
        acknowledged=getattr(item, "acknowledged_count", None) or 0,
        own="done" if confirmed else "waiting" if addressed else "",
        deadlines=lines,
    )
