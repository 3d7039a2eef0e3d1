"""Accounts for administrators; what is a record can be read here and never changed."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.authtoken.models import TokenProxy

from accounts import audit
from accounts.models import ActivationCode, AuditEntry, User

# Roles come from memberships; the others hold secrets or addresses that only their own pages change.
for _model in (Group, EmailAddress, Authenticator, TokenProxy):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list to search, with pages to read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    list_display = ["username", "full_name", "email", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "language"]
    search_fields = ["username", "full_name", "email"]
    ordering = ["username"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined", "email_confirmed_at"]
    fieldsets = [
        (None, {"fields": ["username", "password", "full_name", "email", "language"]}),
        (_("Quyền"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Mốc thời gian"), {"fields": ["last_login", "date_joined", "email_confirmed_at"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["username", "full_name", "email", "password1", "password2"]})
    ]
    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What an account did stays in the record: it is locked, never deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        # Signing in by mail address looks for small letters.
        obj.email = obj.email.lower()
        fields = [name for name in form.changed_data if not name.startswith(("password", "usable_password"))]
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if fields or not change:
                audit.record(
                    actor=_reader(request),
                    action="user.change" if change else "user.create",
                    target=obj,
                    before=_plain({name: form.initial.get(name) for name in fields}) if change else None,
                    after=_plain({name: getattr(obj, name) for name in fields}),
                )

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            if request.method == "POST" and response.status_code == 302:
                audit.record(actor=_reader(request), action="user.password", target=User.objects.get(pk=id))
        return response


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
    return request.user


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, (bool, int, str, type(None))) else str(value) for name, value in values.items()
    }


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "action", "target_type", "target_label", "reason"]
    list_filter = ["action", "target_type"]
    list_select_related = ["actor"]
    search_fields = ["action", "target_label", "target_id", "actor__username", "reason"]
    date_hierarchy = "at"
    ordering = ["-id"]
    show_full_result_count = False


@admin.register(ActivationCode)
class ActivationCodeAdmin(ReadOnlyAdmin):
    list_display = ["user", "created_at", "created_by", "expires_at", "used_at", "revoked_at"]
    list_select_related = ["user", "created_by"]
    search_fields = ["user__username", "user__full_name"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    exclude = ["code_hash"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ActivationCode]:
        return super().get_queryset(request).defer("code_hash")
