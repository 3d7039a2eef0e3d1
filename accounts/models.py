"""Who you are: users, the codes that let them in for the first time, and the record of what was done."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """One person, or one unit's shared account, that can sign in."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("họ và tên"), max_length=150, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    email_confirmed_at = models.DateTimeField(_("xác nhận thư lúc"), null=True, blank=True)
    language = models.CharField(
        _("ngôn ngữ"), max_length=2, choices=[("vi", "Tiếng Việt"), ("en", "English")], default="vi"
    )

    objects: ClassVar[UserManager[User]] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("tài khoản")
        verbose_name_plural = _("tài khoản")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                condition=~models.Q(email=""),
                violation_error_message=_("Thư điện tử này đã thuộc về một tài khoản khác."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()


class ActivationCode(models.Model):
    """One printed slip: a code, kept only as a hash, that lets a person set a password once."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="activation_codes", verbose_name=_("tài khoản")
    )
    code_hash = models.CharField(_("mã băm"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("cấp lúc"), default=timezone.now)
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("người cấp")
    )
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    used_at = models.DateTimeField(_("dùng lúc"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("mã kích hoạt")
        verbose_name_plural = _("mã kích hoạt")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="activation_code_expires_later",
                violation_error_message=_("Mã kích hoạt phải hết hạn sau khi được cấp."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.created_at:%d/%m/%Y}"


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Reads only: the record is appended to and never changed."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise ValidationError(_("Nhật ký chỉ ghi thêm, không sửa."))

    def delete(self) -> NoReturn:
        raise ValidationError(_("Nhật ký chỉ ghi thêm, không xóa."))


class AuditEntry(models.Model):
    """One thing that somebody did: who, what, to what, before and after, when and why."""

    at = models.DateTimeField(_("lúc"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("người làm")
    )
    action = models.CharField(_("việc"), max_length=60, db_index=True)
    target_type = models.CharField(_("loại đối tượng"), max_length=60)
    target_id = models.CharField(_("mã đối tượng"), max_length=40, blank=True)
    target_label = models.CharField(_("đối tượng"), max_length=300, blank=True)
    reason = models.TextField(_("lý do"), blank=True)
    before = models.JSONField(_("trước"), null=True, blank=True)
    after = models.JSONField(_("sau"), null=True, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("dòng nhật ký")
        verbose_name_plural = _("nhật ký")
        ordering = ["-id"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="audit_target")]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} · {self.action} · {self.target_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError(_("Nhật ký chỉ ghi thêm, không sửa."))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ValidationError(_("Nhật ký chỉ ghi thêm, không xóa."))
