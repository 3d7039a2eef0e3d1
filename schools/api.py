"""Units over the API: what a token's owner may see, nothing to write."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.routers import BaseRouter

from schools import levels
from schools.models import Headcount, Unit, UnitKind
from schools.querysets import UnitQuerySet
from schools.selectors import scope_of

LevelCodes = serializers.ListField(child=serializers.ChoiceField(choices=levels.LEVEL_CODES))


class HeadcountSerializer(serializers.ModelSerializer[Headcount]):
    class Meta:
        model = Headcount
        fields = ["school_year", "population", "level", "number", "as_of", "source"]


class UnitSerializer(serializers.ModelSerializer[Unit]):
    levels = serializers.SerializerMethodField()
    is_directly_managed = serializers.BooleanField(read_only=True)

    class Meta:
        model = Unit
        fields = [
            "id", "kind", "code", "name", "short_name", "levels", "ownership", "commune", "manager",
            "is_directly_managed", "address", "email", "phone", "opened_on", "closed_on",
        ]  # fmt: skip

    @extend_schema_field(LevelCodes)
    def get_levels(self, unit: Unit) -> list[str]:
        return unit.level_codes


class UnitDetailSerializer(UnitSerializer):
    headcounts = serializers.SerializerMethodField()

    class Meta(UnitSerializer.Meta):
        fields = [*UnitSerializer.Meta.fields, "headcounts"]

    @extend_schema_field(HeadcountSerializer(many=True))
    def get_headcounts(self, unit: Unit) -> list[dict[str, Any]]:
        rows = unit.headcounts.order_by("-school_year", "population", "level")
        return [dict(row) for row in HeadcountSerializer(rows, many=True).data]


class UnitFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`commune` and `manager` are ids of units, `level` one code, `q` words of a name or code without diacritics."""

    kind = django_filters.ChoiceFilter(choices=UnitKind.choices)
    level = django_filters.ChoiceFilter(choices=[(code, code) for code in levels.LEVEL_CODES], method="of_level")
    commune = django_filters.NumberFilter(field_name="commune_id")
    manager = django_filters.NumberFilter(field_name="manager_id")
    code = django_filters.CharFilter(field_name="code")
    q = django_filters.CharFilter(method="of_words")

    class Meta:
        model = Unit
        fields: list[str] = []

    def of_level(self, units: UnitQuerySet, name: str, value: str) -> UnitQuerySet:
        return units.with_levels(levels.from_codes([value]))

    def of_words(self, units: UnitQuerySet, name: str, value: str) -> UnitQuerySet:
        return units.matching(value)


@extend_schema(tags=["units"])
class UnitViewSet(viewsets.ReadOnlyModelViewSet[Unit]):
    """The department, its offices, communes and schools within the reader's reach."""

    queryset = Unit.objects.none()
    filterset_class = UnitFilter

    def get_queryset(self) -> UnitQuerySet:
        scope = scope_of(self.request.user)
        return Unit.objects.visible_to(scope).select_related("manager").order_by("name_sort", "pk")

    def get_serializer_class(self) -> type[UnitSerializer]:
        return UnitDetailSerializer if self.action == "retrieve" else UnitSerializer


def register(router: BaseRouter) -> None:
    router.register("units", UnitViewSet, basename="unit")
