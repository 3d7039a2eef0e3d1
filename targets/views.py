"""Pages of indicators."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from schools.models import Unit
from schools.scope import Scope
from targets.models import Indicator
from targets.selectors import TargetTable, target_table, with_targets


@dataclass(frozen=True, slots=True)
class CampaignTargets:
    campaign: Campaign
    table: TargetTable


@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    """The indicators of the campaigns that the reader may see; a school's own ones unless it asks for all."""
    scope = cast(Scope, request.scope)  # type: ignore[attr-defined]
    indicators = Indicator.objects.visible_to(scope)
    total = indicators.count()
    # A school's reach holds nothing but itself.
    unit = Unit.objects.visible_to(scope).get() if scope.is_school and "tat-ca" not in request.GET else None
    if unit is not None:
        indicators = indicators.applying_to(unit.levels)
    found = list(with_targets(indicators).select_related("campaign"))
    sections = [
        CampaignTargets(campaign, target_table(items)) for campaign, items in groupby(found, lambda item: item.campaign)
    ]
    context = {"sections": sections, "shown": len(found), "total": total, "own_only": unit is not None}
    return render(request, "targets/indicator_list.html", context)
