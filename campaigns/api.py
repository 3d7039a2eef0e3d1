"""Campaigns and documents over the API: what a token's owner may see, nothing to write."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.routers import BaseRouter

from campaigns.models import Addressee, Campaign, Contact, Directive, DirectiveLink, DirectiveReference, Theme
from campaigns.querysets import CampaignQuerySet, DirectiveQuerySet
from schools import levels
from schools.selectors import scope_of

LevelCodes = serializers.ListField(child=serializers.ChoiceField(choices=levels.LEVEL_CODES))


class ThemeSerializer(serializers.ModelSerializer[Theme]):
    class Meta:
        model = Theme
        fields = ["kind", "code", "name", "summary"]


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    themes = ThemeSerializer(many=True, read_only=True)

    class Meta:
        model = Campaign
        fields = ["id", "code", "name", "summary", "owner", "lead", "first_year", "last_year", "themes"]


class ReferenceSerializer(serializers.ModelSerializer[DirectiveReference]):
    class Meta:
        model = DirectiveReference
        fields = ["cited", "relation", "cited_on", "place_in_text"]


class AddresseeSerializer(serializers.ModelSerializer[Addressee]):
    levels = serializers.SerializerMethodField()

    class Meta:
        model = Addressee
        fields = ["wording", "unit_kind", "levels", "managed_by", "commune", "unit", "obliged"]

    @extend_schema_field(LevelCodes)
    def get_levels(self, addressee: Addressee) -> list[str]:
        return addressee.level_codes


class ContactSerializer(serializers.ModelSerializer[Contact]):
    class Meta:
        model = Contact
        fields = ["role", "organisation", "phone", "email"]


class LinkSerializer(serializers.ModelSerializer[DirectiveLink]):
    class Meta:
        model = DirectiveLink
        fields = ["label", "url", "audience"]


class DirectiveSerializer(serializers.ModelSerializer[Directive]):
    """`issued_month` and `issued_day` are null where the document leaves them blank."""

    class Meta:
        model = Directive
        fields = [
            "id", "kind", "code", "symbol", "issued_year", "issued_month", "issued_day", "place", "issuer",
            "issuer_name", "parent_authority", "subject", "summary", "campaign", "theme", "lead", "reporting_note",
            "is_stub", "lacks_number", "lacks_day",
        ]  # fmt: skip


class DirectiveDetailSerializer(DirectiveSerializer):
    references = serializers.SerializerMethodField()
    addressees = AddresseeSerializer(many=True, read_only=True)
    contacts = ContactSerializer(many=True, read_only=True)
    links = LinkSerializer(many=True, read_only=True)

    class Meta(DirectiveSerializer.Meta):
        fields = [*DirectiveSerializer.Meta.fields, "references", "addressees", "contacts", "links"]

    @extend_schema_field(ReferenceSerializer(many=True))
    def get_references(self, directive: Directive) -> list[object]:
        """Those whose other end the reader may see too."""
        scope = scope_of(self.context["request"].user)
        seen = directive.references.filter(cited__in=Directive.objects.visible_to(scope)).order_by("order")
        return list(ReferenceSerializer(seen, many=True).data)


@extend_schema(tags=["campaigns"])
class CampaignViewSet(viewsets.ReadOnlyModelViewSet[Campaign]):
    """Campaigns that the reader may see, with their themes and models."""

    queryset = Campaign.objects.none()
    serializer_class = CampaignSerializer

    def get_queryset(self) -> CampaignQuerySet:
        visible = Campaign.objects.visible_to(scope_of(self.request.user))
        return visible.prefetch_related("themes").order_by("-first_year", "name", "pk")


class DirectiveFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`campaign` is an id; `is_stub` true gives those that are only cited."""

    campaign = django_filters.NumberFilter(field_name="campaign_id")
    is_stub = django_filters.BooleanFilter()
    year = django_filters.NumberFilter(field_name="issued_year")

    class Meta:
        model = Directive
        fields: list[str] = []


@extend_schema(tags=["directives"])
class DirectiveViewSet(viewsets.ReadOnlyModelViewSet[Directive]):
    """Documents that the reader may see; one of them also says whom it names, what it cites and whom to ask."""

    queryset = Directive.objects.none()
    filterset_class = DirectiveFilter

    def get_queryset(self) -> DirectiveQuerySet:
        visible = Directive.objects.visible_to(scope_of(self.request.user)).order_by("pk")
        if self.action == "retrieve":
            return visible.prefetch_related("addressees", "contacts", "links")
        return visible

    def get_serializer_class(self) -> type[DirectiveSerializer]:
        return DirectiveDetailSerializer if self.action == "retrieve" else DirectiveSerializer


def register(router: BaseRouter) -> None:
    router.register("campaigns", CampaignViewSet)
    router.register("directives", DirectiveViewSet)
