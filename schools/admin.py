"""What has no page of its own yet. Everything that is saved goes through services and leaves its record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin

from schools import levels, services
from schools.models import Headcount, Membership, SchoolImport, Unit, UnitEvent
from schools.querysets import UnitQuerySet
from schools.resources import HeadcountResource, UnitResource

# Django's classes take parameters only in their stubs.
if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    UnitModelAdmin = admin.ModelAdmin[Unit]
    MembershipModelAdmin = admin.ModelAdmin[Membership]
    HeadcountModelAdmin = admin.ModelAdmin[Headcount]
    UnitModelForm = forms.ModelForm[Unit]
    MembershipModelForm = forms.ModelForm[Membership]
else:
    AnyAdmin = UnitModelAdmin = MembershipModelAdmin = HeadcountModelAdmin = admin.ModelAdmin
    UnitModelForm = MembershipModelForm = forms.ModelForm


class ReadOnlyAdmin(AnyAdmin):
    """Rows to look at; nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LevelsField(forms.MultipleChoiceField):
    """Levels as boxes to tick, kept as the one integer of the model."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        return levels.to_codes(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        return levels.from_codes(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class UnitForm(UnitModelForm):
    levels = LevelsField(
        label=_("cấp học"),
        required=False,
        choices=[(code, levels.LEVEL_NAMES[code]) for code in levels.LEVEL_CODES],
    )

    class Meta:
        model = Unit
        fields = [
            "kind", "code", "name", "short_name", "levels", "ownership", "commune", "manager", "address", "email",
            "phone", "opened_on", "closed_on",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # What a unit is does not change: reports, places and memberships hang on it.
            self.fields["kind"].disabled = True
        if "commune" in self.fields:
            self.fields["commune"].queryset = Unit.objects.communes()  # type: ignore[attr-defined]


@admin.register(Unit)
class UnitAdmin(ExportMixin, UnitModelAdmin):  # type: ignore[misc]
    form = UnitForm
    resource_classes = [UnitResource]
    list_display = ["name", "code", "kind", "levels_label", "commune", "manager", "closed_on"]
    list_filter = ["kind", "ownership", ("closed_on", admin.EmptyFieldListFilter)]
    list_select_related = ["commune", "manager"]
    search_fields = ["name_folded", "code"]
    search_help_text = _("Tên (không cần dấu) hoặc mã. Danh mục trường được nhập ở trang Nhập dữ liệu của cổng.")
    autocomplete_fields = ["commune", "manager"]
    list_per_page = 50

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Unit], search_term: str
    ) -> tuple[QuerySet[Unit], bool]:
        assert isinstance(queryset, UnitQuerySet)  # noqa: S101
        return queryset.matching(search_term), False

    def get_queryset(self, request: HttpRequest) -> UnitQuerySet:
        return Unit.objects.order_by("name_sort", "pk")

    def has_delete_permission(self, request: HttpRequest, obj: Unit | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Unit, form: forms.ModelForm[Unit], change: bool) -> None:
        by: Any = request.user
        if not change:
            services.open_unit(unit=obj, by=by)
            return
        stored = Unit.objects.select_related("commune", "manager").get(pk=obj.pk)
        plain = {name: getattr(obj, name) for name in services.EDITABLE if getattr(obj, name) != getattr(stored, name)}
        if plain:
            services.update_unit(unit=stored, by=by, **plain)
        services.place_unit(unit=stored, commune=obj.commune, by=by)
        services.assign_manager(unit=stored, manager=obj.manager, by=by)

    @admin.display(description=_("cấp học"), ordering="levels")
    def levels_label(self, unit: Unit) -> str:
        return unit.levels_label


class MembershipForm(MembershipModelForm):
    class Meta:
        model = Membership
        fields = ["user", "unit", "role"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("unit") and cleaned.get("role"):
            services.check_role(unit=cleaned["unit"], role=cleaned["role"])
        return cleaned

    def validate_constraints(self) -> None:
        """The role held until now ends when the new one begins, so it is no obstacle."""


@admin.register(Membership)
class MembershipAdmin(MembershipModelAdmin):
    form = MembershipForm
    list_display = ["user", "role", "unit", "started_at", "ended_at"]
    list_filter = ["role", ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "unit"]
    search_fields = ["user__username", "user__full_name", "unit__name_folded", "unit__code"]
    autocomplete_fields = ["unit"]
    raw_id_fields = ["user"]
    actions = ["end_selected"]

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        # A role is not rewritten: it ends, and another begins.
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Membership, form: forms.ModelForm[Membership], change: bool
    ) -> None:
        by: Any = request.user
        made = services.appoint(user=obj.user, unit=obj.unit, role=obj.role, by=by)
        obj.pk, obj.started_at = made.pk, made.started_at

    @admin.action(description=_("Kết thúc vai trò đã chọn"), permissions=["change"])
    def end_selected(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        by: Any = request.user
        for membership in queryset.select_related("user", "unit"):
            services.end_membership(membership=membership, by=by)


@admin.register(Headcount)
class HeadcountAdmin(ExportMixin, HeadcountModelAdmin):  # type: ignore[misc]
    resource_classes = [HeadcountResource]
    list_display = ["unit", "school_year", "population", "level", "number", "as_of", "source"]
    list_filter = ["school_year", "population", "level"]
    list_select_related = ["unit"]
    search_fields = ["unit__name_folded", "unit__code"]
    autocomplete_fields = ["unit"]
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Headcount | None = None) -> list[str]:
        return [] if obj is None else ["unit", "school_year", "population", "level"]

    def has_delete_permission(self, request: HttpRequest, obj: Headcount | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Headcount, form: forms.ModelForm[Headcount], change: bool) -> None:
        by: Any = request.user
        services.set_headcounts(
            unit=obj.unit,
            school_year=obj.school_year,
            numbers={(obj.population, obj.level): obj.number},
            by=by,
            source=obj.source,
            as_of=obj.as_of,
        )
        key = {"unit": obj.unit, "school_year": obj.school_year, "population": obj.population, "level": obj.level}
        obj.pk = Headcount.objects.get(**key).pk


@admin.register(SchoolImport)
class SchoolImportAdmin(ReadOnlyAdmin):
    list_display = ["original_name", "state", "school_year", "created_by", "created_at", "finished_at", "page"]
    list_filter = ["state", "school_year"]
    list_select_related = ["created_by"]
    search_fields = ["original_name", "sha256"]
    # The file itself is not given out by an address of its own.
    exclude = ["file"]

    @admin.display(description=_("trang của cổng"))
    def page(self, item: SchoolImport) -> str:
        return format_html('<a href="{}">{}</a>', reverse("schools:import_preview", args=[item.pk]), _("Mở"))


@admin.register(UnitEvent)
class UnitEventAdmin(ReadOnlyAdmin):
    list_display = ["unit", "kind", "effective_on", "decision_number", "recorded_by", "recorded_at"]
    list_filter = ["kind"]
    list_select_related = ["unit", "recorded_by"]
    search_fields = ["unit__name_folded", "unit__code", "decision_number"]
    date_hierarchy = "effective_on"
