"""Indicators and targets for administrators, every change on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin

from campaigns.admin import PartInline, RecordedAdmin
from campaigns.forms import LevelsField
from schools import levels
from targets.models import Indicator, Target
from targets.resources import TargetResource

# Django's classes take parameters only in their stubs.
if TYPE_CHECKING:
    IndicatorModelForm = forms.ModelForm[Indicator]
    TargetModelForm = forms.ModelForm[Target]
else:
    IndicatorModelForm = TargetModelForm = forms.ModelForm


class IndicatorForm(IndicatorModelForm):
    levels = LevelsField(label=Indicator._meta.get_field("levels").verbose_name, required=True)


class TargetForm(TargetModelForm):
    level = forms.ChoiceField(
        label=Target._meta.get_field("level").verbose_name,
        required=False,
        choices=[("", _("Mọi cấp học")), *((code, levels.LEVEL_NAMES[code]) for code in levels.LEVEL_CODES)],
    )


class TargetInline(PartInline):
    model = Target
    form = TargetForm


@admin.register(Indicator)
class IndicatorAdmin(RecordedAdmin):
    noun = "indicator"
    form = IndicatorForm
    list_display = ["code", "short_name", "kind", "counted", "level_label", "campaign"]
    list_filter = ["campaign", "kind"]
    list_select_related = ["campaign"]
    search_fields = ["code", "name", "short_name"]
    autocomplete_fields = ["campaign", "directive", "leads", "supporters"]
    inlines = [TargetInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Indicator | None = None) -> list[str]:
        # What is counted does not change under figures that were reported: another indicator takes its place.
        return [] if obj is None else ["campaign", "code", "kind", "counted", "per_commune"]

    @admin.display(description=_("cấp học"), ordering="levels")
    def level_label(self, indicator: Indicator) -> str:
        return levels.label(indicator.levels)


@admin.register(Target)
class TargetAdmin(ExportMixin, RecordedAdmin):  # type: ignore[misc]
    noun = "target"
    form = TargetForm
    resource_classes = [TargetResource]
    list_display = ["indicator", "year", "level", "percent", "encouraged"]
    list_filter = ["year", "level", "indicator__campaign"]
    list_select_related = ["indicator"]
    search_fields = ["indicator__code", "indicator__name"]
    autocomplete_fields = ["indicator"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else ["indicator", "year"]
