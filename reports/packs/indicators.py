"""The indicators of a pack with their targets."""

from __future__ import annotations

from campaigns.models import Campaign, Directive, Theme
from campaigns.packs.model import IndicatorSpec
from reports.packs.units import UnitFinder
from targets.models import Indicator, Target


def store_indicators(
    specs: tuple[IndicatorSpec, ...],
    campaign: Campaign,
    themes: dict[str, Theme],
    directives: dict[str, Directive],
    units: UnitFinder,
) -> dict[str, Indicator]:
    """Those that the pack no longer has stay: values may have been reported for them."""
    found: dict[str, Indicator] = {}
    for order, spec in enumerate(specs):
        indicator, _created = Indicator.objects.update_or_create(
            campaign=campaign,
            code=spec.code,
            defaults={
                "order": order,
                "name": spec.name,
                "short_name": spec.short_name,
                "section": spec.section,
                "question": spec.question,
                "hint": spec.hint,
                "kind": spec.kind,
                "counted": spec.counted,
                "levels": spec.levels,
                "per_commune": spec.per_commune,
                "rarely_changes": spec.rarely_changes,
                "theme": themes.get(spec.theme),
                "directive": directives.get(spec.directive),
                "place_in_text": spec.place_in_text,
            },
        )
        indicator.leads.set(units.offices(spec.leads))
        indicator.supporters.set(units.offices(spec.supporters))
        _store_targets(indicator, spec)
        found[spec.code] = indicator
    return found


def _store_targets(indicator: Indicator, spec: IndicatorSpec) -> None:
    kept = [
        Target.objects.update_or_create(
            indicator=indicator,
            year=target.year,
            level=target.level,
            defaults={"percent": target.percent, "encouraged": target.percent is None},
        )[0].pk
        for target in spec.targets
    ]
    Target.objects.filter(indicator=indicator).exclude(pk__in=kept).delete()
