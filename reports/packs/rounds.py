"""The rounds of a pack. One that is open or closed is left as it is: who was asked for what is settled."""

from __future__ import annotations

from campaigns.models import Campaign, Directive
from campaigns.packs.model import RoundSpec
from reports.models import Round, RoundAudience, RoundIndicator, RoundState
from reports.packs.rows import store_in_order
from reports.packs.units import UnitFinder
from reports.rounds import deadlines
from reports.rounds.services import plan_reminder_steps
from targets.models import Indicator


def store_rounds(
    specs: tuple[RoundSpec, ...],
    campaign: Campaign,
    directives: dict[str, Directive],
    indicators: dict[str, Indicator],
    units: UnitFinder,
) -> list[Round]:
    """In the order of the pack, which puts each round behind the one that it follows."""
    found: dict[str, Round] = {}
    for spec in specs:
        known = Round.objects.filter(campaign=campaign, code=spec.code).first()
        if known is None or known.state == RoundState.PLANNED:
            found[spec.code] = _store(spec, campaign, directives.get(spec.directive), found.get(spec.previous), units)
            _store_parts(found[spec.code], spec, indicators, units)
        else:
            found[spec.code] = known
    return list(found.values())


def _store(
    spec: RoundSpec, campaign: Campaign, directive: Directive | None, previous: Round | None, units: UnitFinder
) -> Round:
    due = spec.deadline
    round_, _created = Round.objects.update_or_create(
        campaign=campaign,
        code=spec.code,
        defaults={
            "directive": directive,
            "name": spec.name,
            "kind": spec.kind,
            "year": spec.year,
            "school_year": spec.school_year,
            "receiver": units.unit(spec.receiver),
            "through": units.office(spec.through),
            "cutoff_on": spec.cutoff_on,
            "deadline_on": due.on,
            "deadline_rule": due.rule,
            "deadline_time": due.at,
            "deadline_words": due.words,
            "deadline_at": deadlines.instant(due.on, due.rule, due.at) if due.on else None,
            "locks_at": deadlines.instant(spec.locks_on, "by") if spec.locks_on else None,
            "commune_reviews_first": spec.commune_reviews_first,
            "ask_narrative": spec.ask_narrative,
            "annex_note": spec.annex_note,
            "previous": previous,
        },
    )
    plan_reminder_steps(round=round_)
    return round_


def _store_parts(round_: Round, spec: RoundSpec, indicators: dict[str, Indicator], units: UnitFinder) -> None:
    asked = [indicators[code] for code in spec.indicators]
    RoundIndicator.objects.filter(round=round_).exclude(indicator__in=asked).delete()
    for order, indicator in enumerate(asked):
        RoundIndicator.objects.update_or_create(round=round_, indicator=indicator, defaults={"order": order})
    store_in_order(RoundAudience, {"round": round_}, [units.rule_fields(rule) for rule in spec.audiences])
