"""Completion over the API: the same frozen figures that pages and exports read; nothing to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.routers import BaseRouter

from reports.completion.selectors import goal_of, rates_visible_to
from reports.models import Basis, CompletionRate, Grouping
from schools import levels
from schools.selectors import scope_of
from targets.completion import Goal, Rate, Status, Verdict


class PercentField(serializers.ReadOnlyField):
    """A rate of the row's completion as a percentage, cut to one decimal; null where it does not apply."""

    def __init__(self, rate: Callable[[CompletionRate], Rate], **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)
        self.rate = rate

    def to_representation(self, row: CompletionRate) -> str | None:
        percent = self.rate(row).percent
        return None if percent is None else f"{percent:.1f}"


Percent = extend_schema_field(serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True))(PercentField)


class CompletionSerializer(serializers.ModelSerializer[CompletionRate]):
    """Counts are exact; percentages are cut, never rounded, and null where nobody is counted.

    `verdict` says what is certain whatever the silent schools will report, `status` how it looks by
    the reported rate. `target` is the level's own, else the general one.
    """

    indicator_code = serializers.CharField(source="indicator.code", read_only=True)
    silent = serializers.IntegerField(source="completion.silent", read_only=True)
    reported = Percent(lambda row: row.completion.reported)
    floor = Percent(lambda row: row.completion.floor)
    ceiling = Percent(lambda row: row.completion.ceiling)
    target = serializers.SerializerMethodField()
    encouraged = serializers.SerializerMethodField()
    verdict = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField()

    class Meta:
        model = CompletionRate
        fields = [
            "round", "basis", "grouping", "unit", "indicator", "indicator_code", "level", "numerator", "denominator",
            "reported", "floor", "ceiling", "target", "encouraged", "verdict", "status", "expected", "counted",
            "silent", "silent_denominator", "silent_unknown", "computed_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True))
    def get_target(self, row: CompletionRate) -> str | None:
        goal = goal_of(row)
        return f"{goal.percent:.2f}" if goal and goal.percent is not None else None

    def get_encouraged(self, row: CompletionRate) -> bool:
        goal: Goal | None = goal_of(row)
        return goal is not None and goal.encouraged

    @extend_schema_field(serializers.ChoiceField(choices=[str(verdict) for verdict in Verdict]))
    def get_verdict(self, row: CompletionRate) -> str:
        return str(row.completion.verdict(goal_of(row)))

    @extend_schema_field(serializers.ChoiceField(choices=[str(status) for status in Status]))
    def get_status(self, row: CompletionRate) -> str:
        return str(row.completion.status(goal_of(row)))


class CompletionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`round`, `unit`, `indicator` are ids; `level` is one code, or `all` for the rows over all levels."""

    round = django_filters.NumberFilter(field_name="round_id")
    basis = django_filters.ChoiceFilter(choices=Basis.choices)
    grouping = django_filters.ChoiceFilter(choices=Grouping.choices)
    unit = django_filters.NumberFilter(field_name="unit_id")
    indicator = django_filters.NumberFilter(field_name="indicator_id")
    level = django_filters.ChoiceFilter(
        choices=[("all", "all"), *((code, code) for code in levels.LEVEL_CODES)], method="of_level"
    )

    class Meta:
        model = CompletionRate
        fields: list[str] = []

    def of_level(self, rows: QuerySet[CompletionRate], name: str, value: str) -> QuerySet[CompletionRate]:
        return rows.filter(level="" if value == "all" else value)


@extend_schema(tags=["completion"])
class CompletionViewSet(viewsets.ReadOnlyModelViewSet[CompletionRate]):
    """Rates of the province for the department, of its own schools for a commune."""

    queryset = CompletionRate.objects.none()
    serializer_class = CompletionSerializer
    filterset_class = CompletionFilter

    def get_queryset(self) -> QuerySet[CompletionRate]:
        rows = rates_visible_to(scope_of(self.request.user))
        return rows.select_related("round", "indicator").prefetch_related("indicator__targets").order_by("pk")


def register(router: BaseRouter) -> None:
    router.register("completion", CompletionViewSet, basename="completion")
