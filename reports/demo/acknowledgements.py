"""Which units have said that they received the documents of a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.models import User
from campaigns.models import Acknowledgement, Campaign, Directive
from reports.demo.dice import dice
from reports.demo.journeys import at_work
from reports.rounds import deadlines
from schools.models import Unit

_SHARE = 0.72


def issued_at(directive: Directive | None, fallback: datetime) -> datetime:
    """The morning of the day of issue, as far as the document says it; never after the fallback."""
    if directive is None or directive.issued_year is None or directive.issued_month is None:
        return fallback
    found = datetime(
        directive.issued_year, directive.issued_month, directive.issued_day or 20, 8, tzinfo=deadlines.ZONE
    )
    return min(found, fallback)


def write_acknowledgements(*, campaign: Campaign, users: Mapping[int, User], as_of: datetime, seed: int) -> int:
    """Most addressees, spread over the first weeks; returns how many."""
    written = 0
    for directive in Directive.objects.registered().filter(campaign=campaign).order_by("code"):
        chance = dice(seed, campaign.code, directive.code)
        start = issued_at(directive, as_of - timedelta(days=21))
        room = min(as_of - start, timedelta(days=24))
        units = Unit.objects.addressed_by(list(directive.addressees.all())).order_by("kind", "code")
        rows = []
        for unit_id in units.values_list("pk", flat=True):
            come, moment = chance.random() < _SHARE, start + room * chance.random() ** 2
            at = at_work(moment, start, start + room, chance)
            if come:
                rows.append(Acknowledgement(directive=directive, unit_id=unit_id, at=at, by=users.get(unit_id)))
        Acknowledgement.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
        written += len(rows)
    return written
