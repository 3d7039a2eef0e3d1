"""Rounds and reports to look at; what may be changed here goes through the services and leaves its record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from reports.models import (
    CompletionDue,
    CompletionRate,
    Evidence,
    ExpectationChange,
    Extension,
    Reminder,
    ReminderStep,
    Report,
    ReviewStep,
    Round,
    RoundAudience,
    RoundIndicator,
    RoundState,
    Submission,
    Value,
)
from reports.rounds import services
from reports.rounds.dates import apply_deadline
from schools.admin import ReadOnlyAdmin

# Django's classes take parameters only in their stubs.
if TYPE_CHECKING:
    AnyInline = admin.TabularInline[Any, Any]
    RoundModelAdmin = admin.ModelAdmin[Round]
    RoundModelForm = forms.ModelForm[Round]
else:
    AnyInline, RoundModelAdmin, RoundModelForm = admin.TabularInline, admin.ModelAdmin, forms.ModelForm


class ReadOnlyInline(AnyInline):
    """Rows of a row, to look at."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RoundIndicatorInline(ReadOnlyInline):
    model = RoundIndicator


class RoundAudienceInline(ReadOnlyInline):
    model = RoundAudience


class ReminderStepInline(ReadOnlyInline):
    model = ReminderStep


class ExtensionInline(ReadOnlyInline):
    model = Extension


class RoundForm(RoundModelForm):
    # Django's Vietnamese formats would read 10/12 as the twelfth of October.
    deadline_on = forms.DateField(
        label=_("hạn nộp"), required=False, input_formats=["%Y-%m-%d", "%d/%m/%Y"], widget=AdminDateWidget
    )

    class Meta:
        model = Round
        fields = [*services.EDITABLE, *services.DEADLINE_FIELDS]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        on, rule = cleaned.get("deadline_on"), cleaned.get("deadline_rule", "")
        deadline = (
            services.Deadline(on, rule, cleaned.get("deadline_words", ""), cleaned.get("deadline_time")) if on else None
        )
        # The instant is derived before the model's own checks look at the whole.
        apply_deadline(self.instance, deadline)
        return cleaned


@admin.register(Round)
class RoundAdmin(RoundModelAdmin):
    """Names, notes and the deadline; opening, closing and extending have their page in the portal."""

    form = RoundForm
    list_display = ["name", "campaign", "kind", "year", "state", "deadline_at", "receiver", "page"]
    list_filter = ["state", "kind", "year"]
    list_select_related = ["campaign", "receiver"]
    search_fields = ["name", "code", "deadline_words"]
    autocomplete_fields = ["through"]
    inlines = [RoundIndicatorInline, RoundAudienceInline, ReminderStepInline, ExtensionInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.state != RoundState.CLOSED)

    def save_model(self, request: HttpRequest, obj: Round, form: forms.ModelForm[Round], change: bool) -> None:
        by: Any = request.user
        stored = Round.objects.get(pk=obj.pk)
        with transaction.atomic():
            services.update_round(round=stored, by=by, **{name: getattr(obj, name) for name in services.EDITABLE})
            if set(form.changed_data) & set(services.DEADLINE_FIELDS):
                services.set_deadline(
                    round=stored,
                    on=obj.deadline_on,
                    rule=obj.deadline_rule,
                    words=obj.deadline_words,
                    at=obj.deadline_time,
                    by=by,
                )

    @admin.display(description=_("trang của cổng"))
    def page(self, item: Round) -> str:
        return format_html('<a href="{}">{}</a>', reverse("rounds:round_detail", args=[item.pk]), _("Mở"))


class ReviewStepInline(ReadOnlyInline):
    model = ReviewStep
    show_change_link = False


class ExpectationChangeInline(ReadOnlyInline):
    model = ExpectationChange


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["unit", "round", "state", "first_submitted_at", "is_late", "extended_until", "excluded_at"]
    list_filter = ["round", "state", "is_late", ("excluded_at", admin.EmptyFieldListFilter)]
    list_select_related = ["unit", "round"]
    search_fields = ["unit__name_folded", "unit__code"]
    search_help_text = _("Tên đơn vị viết không dấu, hoặc mã.")
    list_per_page = 50
    inlines = [ReviewStepInline, ExpectationChangeInline]


class ValueInline(ReadOnlyInline):
    model = Value


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = ["report", "number", "receipt", "submitted_at", "submitted_by", "is_late"]
    list_filter = ["report__round", "is_late"]
    list_select_related = ["report__unit", "report__round", "submitted_by"]
    search_fields = ["receipt", "report__unit__name_folded", "report__unit__code"]
    date_hierarchy = "submitted_at"
    list_per_page = 50
    inlines = [ValueInline]


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    list_display = ["name", "report", "size", "uploaded_at", "uploaded_by", "removed_at"]
    list_select_related = ["report__unit", "report__round", "uploaded_by"]
    search_fields = ["name", "sha256", "report__unit__name_folded"]
    # The file itself is given out by the portal's page, which checks who asks.
    exclude = ["file"]


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    list_display = ["unit", "round", "step", "recipient", "state", "due_at", "sent_at", "attempts"]
    list_filter = ["state", "channel", "round"]
    list_select_related = ["unit", "round", "step__round"]
    search_fields = ["unit__name_folded", "unit__code", "recipient", "message_id"]
    date_hierarchy = "due_at"
    list_per_page = 50


@admin.register(CompletionRate)
class CompletionRateAdmin(ReadOnlyAdmin):
    list_display = [
        "round", "basis", "grouping", "unit", "indicator", "level", "numerator", "denominator", "counted", "expected",
        "silent_denominator", "silent_unknown", "computed_at",
    ]  # fmt: skip
    list_filter = ["round", "basis", "grouping", "level"]
    list_select_related = ["round", "unit", "indicator"]
    search_fields = ["unit__name_folded", "unit__code", "indicator__code"]
    list_per_page = 50


@admin.register(CompletionDue)
class CompletionDueAdmin(ReadOnlyAdmin):
    list_display = ["round", "report", "noted_at"]
    list_select_related = ["round", "report__unit", "report__round"]
