"""Lists that administrators brought in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.units import Unit


class SchoolImport(models.Model):
    """One list that an administrator brought in: the file, what was understood, what was decided.

    `decisions` is {"fixes": {row: {field: text}}, "skips": [row]}; `outcome` holds the counts.
    A worker that commits holds the row by `leased_until`; `cancel_requested_at` stops it.
    """

    class State(models.TextChoices):
        READING = "reading", _("Đang đọc")
        PREVIEW = "preview", _("Chờ xác nhận")
        QUEUED = "queued", _("Chờ ghi")
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
    rows_done = models.PositiveIntegerField(_("số dòng đã xử lý"), default=0)
    rows_total = models.PositiveIntegerField(_("tổng số dòng"), default=0)
    leased_until = models.DateTimeField(_("đang giữ đến"), null=True, blank=True)
    cancel_requested_at = models.DateTimeField(_("yêu cầu dừng lúc"), null=True, blank=True)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    undone_at = models.DateTimeField(_("hoàn tác lúc"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("người hoàn tác"),
    )

    class Meta:
        verbose_name = _("lần nhập danh mục")
        verbose_name_plural = _("lần nhập danh mục")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False) | (~Q(state="undone") & Q(undone_at__isnull=True)),
                name="import_undone_has_time",
                violation_error_message=_("Lần nhập đã hoàn tác phải có giờ hoàn tác."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.original_name} · {self.created_at:%d/%m/%Y %H:%M}"


class ImportedUnit(models.Model):
    """One unit that an import created or changed, with what stood there before: what an undo puts back."""

    class Action(models.TextChoices):
        CREATED = "created", _("Tạo mới")
        CHANGED = "changed", _("Thay đổi")

    school_import = models.ForeignKey(
        SchoolImport, on_delete=models.CASCADE, related_name="imported_units", verbose_name=_("lần nhập danh mục")
    )
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="imported_by", verbose_name=_("đơn vị"))
    action = models.CharField(_("việc"), max_length=7, choices=Action)
    before = models.JSONField(_("trước"), default=dict, blank=True)
    after = models.JSONField(_("sau"), default=dict, blank=True)

    class Meta:
        verbose_name = _("đơn vị đã nhập")
        verbose_name_plural = _("đơn vị đã nhập")
        constraints = [
            models.UniqueConstraint(
                fields=["school_import", "unit"],
                name="imported_unit_unique",
                violation_error_message=_("Đơn vị đã có trong lần nhập này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_action_display()}"


class ImportMapping(models.Model):
    """One way to read the columns of files of one shape, as a person corrected and kept it."""

    shape = models.CharField(_("dạng tệp"), max_length=64, unique=True)
    headers = models.JSONField(_("tiêu đề"), default=list)
    mapping = models.JSONField(_("ghép cột"), default=dict)
    saved_at = models.DateTimeField(_("lưu lúc"), default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("người lưu")
    )

    class Meta:
        verbose_name = _("cách ghép cột đã lưu")
        verbose_name_plural = _("cách ghép cột đã lưu")

    def __str__(self) -> str:
        return ", ".join(self.headers)[:80]
