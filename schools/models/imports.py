"""Lists that administrators brought in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SchoolImport(models.Model):
    """One list that an administrator brought in: the file, what was understood, what was decided."""

    class State(models.TextChoices):
        READING = "reading", _("Đang đọc")
        PREVIEW = "preview", _("Chờ xác nhận")
        COMMITTING = "committing", _("Đang ghi")
        COMMITTED = "committed", _("Đã nhập")
        FAILED = "failed", _("Không nhập được")
        CANCELLED = "cancelled", _("Đã bỏ")
        UNDONE = "undone", _("Đã hoàn tác")

    state = models.CharField(_("trạng thái"), max_length=12, choices=State, default=State.READING)
    file = models.FileField(_("tệp"), upload_to="imports/%Y/%m/")
    original_name = models.CharField(_("tên tệp"), max_length=250)
    sha256 = models.CharField(_("băm của tệp"), max_length=64)
    school_year = models.PositiveSmallIntegerField(_("năm học bắt đầu"))
    sheet = models.CharField(_("trang tính"), max_length=120, blank=True)
    mapping = models.JSONField(_("ghép cột"), default=dict, blank=True)
    decisions = models.JSONField(_("sửa và bỏ qua"), default=dict, blank=True)
    outcome = models.JSONField(_("kết quả"), default=dict, blank=True)
    created_at = models.DateTimeField(_("tải lên lúc"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người tải")
    )
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("lần nhập danh mục")
        verbose_name_plural = _("lần nhập danh mục")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.original_name} · {self.created_at:%d/%m/%Y %H:%M}"
