"""Indicators and their targets over the API: what a token's owner may see, nothing to write."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.routers import BaseRouter

from schools import levels
from schools.selectors import scope_of
from targets.models import Indicator, Target
from targets.querysets import IndicatorQuerySet

LevelCodes = serializers.ListField(child=serializers.ChoiceField(choices=levels.LEVEL_CODES))


class TargetSerializer(serializers.ModelSerializer[Target]):
    """`level` blank: for all levels; `percent` null: khuyến khích. A year without a row has no target."""

    class Meta:
        model = Target
        fields = ["year", "level", "percent", "encouraged"]


class IndicatorSerializer(serializers.ModelSerializer[Indicator]):
    levels = serializers.SerializerMethodField()
    targets = TargetSerializer(many=True, read_only=True)

    class Meta:
        model = Indicator
        fields = [
            "id", "campaign", "code", "order", "name", "short_name", "section", "question", "hint", "kind", "counted",
            "levels", "by_level", "per_commune", "theme", "directive", "place_in_text", "leads", "supporters",
            "targets",
        ]  # fmt: skip

    @extend_schema_field(LevelCodes)
    def get_levels(self, indicator: Indicator) -> list[str]:
        return indicator.level_codes


class IndicatorFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`campaign` and `lead` are ids, `level` one code: the indicators that apply to it."""

    campaign = django_filters.NumberFilter(field_name="campaign_id")
    lead = django_filters.NumberFilter(field_name="leads")
    level = django_filters.ChoiceFilter(choices=[(code, code) for code in levels.LEVEL_CODES], method="of_level")

    class Meta:
        model = Indicator
        fields: list[str] = []

    def of_level(self, indicators: IndicatorQuerySet, name: str, value: str) -> IndicatorQuerySet:
        return indicators.applying_to(levels.from_codes([value]))


@extend_schema(tags=["indicators"])
class IndicatorViewSet(viewsets.ReadOnlyModelViewSet[Indicator]):
    """Indicators of the campaigns that the reader may see, in the order of their forms."""

    queryset = Indicator.objects.none()
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilter

    def get_queryset(self) -> IndicatorQuerySet:
        visible = Indicator.objects.visible_to(scope_of(self.request.user))
        return visible.prefetch_related("targets", "leads", "supporters").order_by("campaign_id", "order", "pk")


class TargetRowSerializer(TargetSerializer):
    class Meta(TargetSerializer.Meta):
        fields = ["id", "indicator", *TargetSerializer.Meta.fields]


class TargetFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`campaign` and `indicator` are ids; `level` is one code."""

    campaign = django_filters.NumberFilter(field_name="indicator__campaign_id")
    level = django_filters.ChoiceFilter(choices=[(code, code) for code in levels.LEVEL_CODES])

    class Meta:
        model = Target
        fields = ["indicator", "year"]


@extend_schema(tags=["targets"])
class TargetViewSet(viewsets.ReadOnlyModelViewSet[Target]):
    """One row a target: an indicator, a year and, where the plan says so, a level."""

    queryset = Target.objects.none()
    serializer_class = TargetRowSerializer
    filterset_class = TargetFilter

    def get_queryset(self) -> QuerySet[Target]:
        visible = Indicator.objects.visible_to(scope_of(self.request.user))
        return Target.objects.filter(indicator__in=visible.values("pk")).order_by("indicator_id", "year", "pk")


def register(router: BaseRouter) -> None:
    router.register("indicators", IndicatorViewSet)
    router.register("targets", TargetViewSet)
