"""Rounds over the API: what is asked, of whom, by when; nothing to write."""

from __future__ import annotations

import django_filters
from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.routers import BaseRouter

from reports.models import Round, RoundAudience, RoundIndicator, RoundKind, RoundState
from reports.querysets import RoundQuerySet
from reports.rounds import deadlines
from schools import levels
from schools.selectors import scope_of

LevelCodes = serializers.ListField(child=serializers.ChoiceField(choices=levels.LEVEL_CODES))


class RoundAudienceSerializer(serializers.ModelSerializer[RoundAudience]):
    levels = serializers.SerializerMethodField()

    class Meta:
        model = RoundAudience
        fields = ["wording", "unit_kind", "levels", "managed_by", "commune", "unit"]

    @extend_schema_field(LevelCodes)
    def get_levels(self, audience: RoundAudience) -> list[str]:
        return audience.level_codes


class RoundIndicatorSerializer(serializers.ModelSerializer[RoundIndicator]):
    code = serializers.CharField(source="indicator.code", read_only=True)

    class Meta:
        model = RoundIndicator
        fields = ["indicator", "code", "order"]


class RoundSerializer(serializers.ModelSerializer[Round]):
    """`deadline_at` is the first instant that is too late, `last_day` the last day on which a report is on time."""

    last_day = serializers.SerializerMethodField()
    indicators = RoundIndicatorSerializer(source="round_indicators", many=True, read_only=True)
    audiences = RoundAudienceSerializer(many=True, read_only=True)

    class Meta:
        model = Round
        fields = [
            "id", "code", "name", "kind", "year", "school_year", "state", "campaign", "directive", "receiver",
            "through", "previous", "cutoff_on", "deadline_on", "deadline_rule", "deadline_time", "deadline_words",
            "deadline_at", "last_day", "locks_at", "commune_reviews_first", "ask_narrative", "annex_note",
            "opened_at", "closed_at", "indicators", "audiences",
        ]  # fmt: skip

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_last_day(self, round: Round) -> str | None:
        return deadlines.last_day(round.deadline_at).isoformat() if round.deadline_at else None


class RoundFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`campaign`, `receiver` are ids, `year` that of the targets."""

    state = django_filters.ChoiceFilter(choices=RoundState.choices)
    kind = django_filters.ChoiceFilter(choices=RoundKind.choices)
    year = django_filters.NumberFilter()
    campaign = django_filters.NumberFilter(field_name="campaign_id")
    receiver = django_filters.NumberFilter(field_name="receiver_id")

    class Meta:
        model = Round
        fields: list[str] = []


@extend_schema(tags=["rounds"])
class RoundViewSet(viewsets.ReadOnlyModelViewSet[Round]):
    """The rounds that the reader receives, follows or owes a report in."""

    queryset = Round.objects.none()
    serializer_class = RoundSerializer
    filterset_class = RoundFilter

    def get_queryset(self) -> RoundQuerySet:
        asked = RoundIndicator.objects.select_related("indicator").order_by("order", "pk")
        rounds = Round.objects.visible_to(scope_of(self.request.user))
        return rounds.prefetch_related(Prefetch("round_indicators", asked), "audiences").order_by("-year", "-pk")


def register(router: BaseRouter) -> None:
    router.register("rounds", RoundViewSet, basename="round")
