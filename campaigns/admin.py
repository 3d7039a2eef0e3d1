"""Campaigns and documents for administrators: what the packs brought in can be completed here, on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import audit
from campaigns.forms import LevelsField
from campaigns.models import (
    Acknowledgement,
    Addressee,
    Campaign,
    Contact,
    CopyRecipient,
    Directive,
    DirectiveAttachment,
    DirectiveLink,
    DirectiveReference,
    DirectiveTask,
    Theme,
)

# Django's classes take parameters only in their stubs.
if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    AnyInline = admin.TabularInline[Any, Any]
    StackedPart = admin.StackedInline[Any, Any]
    AnyForm = forms.ModelForm[Any]
    AddresseeModelForm = forms.ModelForm[Addressee]
    LinkModelForm = forms.ModelForm[DirectiveLink]
else:
    AnyAdmin, AnyInline, AnyForm = admin.ModelAdmin, admin.TabularInline, forms.ModelForm
    StackedPart = admin.StackedInline
    AddresseeModelForm = LinkModelForm = forms.ModelForm


class RecordedAdmin(AnyAdmin):
    """Rows that are never deleted here, and whose every change leaves its record in the same transaction."""

    list_per_page = 50
    noun = ""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: models.Model, form: AnyForm, change: bool) -> None:
        by: Any = request.user
        fields = [name for name in form.changed_data if name in form.fields]
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if fields or not change:
                before = {name: plain(form.initial.get(name)) for name in fields} if change else None
                after = {name: plain(form.cleaned_data.get(name)) for name in fields}
                action = f"{self.noun}.{'change' if change else 'create'}"
                audit.record(actor=by, action=action, target=obj, before=before, after=after)

    def save_formset(self, request: HttpRequest, form: AnyForm, formset: Any, change: bool) -> None:
        by: Any = request.user
        with transaction.atomic():
            super().save_formset(request, form, formset, change)
            after = {
                "added": [str(item) for item in formset.new_objects],
                "changed": {str(item): fields for item, fields in formset.changed_objects},
                "removed": [str(item) for item in formset.deleted_objects],
            }
            if any(after.values()):
                part = f"{self.noun}.{formset.model._meta.model_name}s"
                audit.record(actor=by, action=part, target=form.instance, after=after)


def plain(value: Any) -> Any:
    """What the record can keep as JSON."""
    if isinstance(value, QuerySet | list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, bool | int | str | None) else str(value)


class AddresseeForm(AddresseeModelForm):
    levels = LevelsField(label=Addressee._meta.get_field("levels").verbose_name)


class ThemeInline(AnyInline):
    model = Theme
    extra = 0
    can_delete = False


@admin.register(Campaign)
class CampaignAdmin(RecordedAdmin):
    noun = "campaign"
    list_display = ["name", "code", "owner", "lead", "first_year", "last_year"]
    list_select_related = ["owner", "lead"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["owner", "lead"]
    readonly_fields = ["created_at"]
    inlines = [ThemeInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Campaign | None = None) -> list[str]:
        # A pack finds its campaign again by its code.
        return ["created_at"] if obj is None else ["code", "created_at"]


class PartInline(AnyInline):
    extra = 0


class ReferenceInline(PartInline):
    model = DirectiveReference
    fk_name = "directive"
    autocomplete_fields = ["cited"]


class AddresseeInline(StackedPart):
    extra = 0
    model = Addressee
    form = AddresseeForm
    autocomplete_fields = ["commune", "unit"]


class CopyInline(PartInline):
    model = CopyRecipient


class ContactInline(PartInline):
    model = Contact


class TaskInline(PartInline):
    model = DirectiveTask


class LinkForm(LinkModelForm):
    url = forms.URLField(label=DirectiveLink._meta.get_field("url").verbose_name, max_length=400, assume_scheme="https")


class LinkInline(PartInline):
    model = DirectiveLink
    form = LinkForm


class AttachmentInline(PartInline):
    model = DirectiveAttachment
    exclude = ["sha256"]


@admin.register(Directive)
class DirectiveAdmin(RecordedAdmin):
    noun = "directive"
    list_display = ["symbol", "kind", "date_label", "issuer_name", "subject", "is_stub"]
    list_filter = ["is_stub", "kind", "issued_year"]
    search_fields = ["symbol", "subject", "issuer_name"]
    autocomplete_fields = ["issuer", "lead", "campaign"]
    inlines = [
        ReferenceInline,
        AddresseeInline,
        TaskInline,
        ContactInline,
        CopyInline,
        LinkInline,
        AttachmentInline,
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Directive | None = None) -> list[str]:
        return ["created_at"] if obj is None else ["code", "created_at"]

    @admin.display(description=Directive._meta.get_field("issued_year").verbose_name, ordering="issued_year")
    def date_label(self, directive: Directive) -> str:
        return directive.date_label


@admin.register(Acknowledgement)
class AcknowledgementAdmin(AnyAdmin):
    """Words that units gave: to read, not to change."""

    list_display = ["directive", "unit", "at", "by"]
    list_select_related = ["directive", "unit", "by"]
    search_fields = ["directive__symbol", "unit__name_folded", "unit__code"]
    date_hierarchy = "at"
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
