"""Reminders: the steps of a round, and the ledger of what went to whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.models.reports import Report
from reports.models.rounds import Round
from schools.models import Unit


class Whom(models.TextChoices):
    UNIT = "unit", _("Đơn vị chưa nộp")
    COMMUNE = "commune", _("Xã, phường (một thư tổng hợp)")
    LEAD = "lead", _("Phòng chủ trì (một thư tổng hợp)")
    DEPARTMENT = "department", _("Lãnh đạo Sở (một thư tổng hợp)")


class Channel(models.TextChoices):
    MAIL = "mail", _("Thư điện tử")
    PORTAL = "portal", _("Trong cổng")
    WEBHOOK = "webhook", _("Tin nhắn")


class ReminderStep(models.Model):
    """One planned moment of a round at which those who have not submitted are reminded."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="reminder_steps", verbose_name=_("đợt"))
    days = models.SmallIntegerField(_("số ngày so với hạn"), help_text=_("Âm là trước hạn, dương là sau hạn."))
    at_time = models.TimeField(_("giờ gửi"))
    whom = models.CharField(_("gửi cho"), max_length=10, choices=Whom, default=Whom.UNIT)
    channel = models.CharField(_("kênh"), max_length=7, choices=Channel, default=Channel.MAIL)
    due_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    enabled = models.BooleanField(_("dùng"), default=True)

    class Meta:
        verbose_name = _("bước đôn đốc")
        verbose_name_plural = _("bước đôn đốc")
        ordering = ["days", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "days", "whom", "channel"],
                name="reminder_step_unique",
                violation_error_message=_("Đợt đã có bước đôn đốc này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.days:+d}"


class ReminderState(models.TextChoices):
    DUE = "due", _("Đến hạn gửi")
    SENDING = "sending", _("Đang gửi")
    SENT = "sent", _("Đã gửi")
    FAILED = "failed", _("Không gửi được")
    DROPPED = "dropped", _("Không cần gửi nữa")


class Reminder(models.Model):
    """One line of the ledger: this step, to this recipient of this unit, by this channel, exactly once.

    A reminder sent by hand has no step. `message_id` is stable, so that the one send in doubt
    after a crash can be recognised.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("đợt"))
    step = models.ForeignKey(
        ReminderStep,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reminders",
        verbose_name=_("bước đôn đốc"),
    )
    report = models.ForeignKey(
        Report, null=True, blank=True, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("báo cáo")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reminders", verbose_name=_("đơn vị"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("tài khoản"),
    )
    recipient = models.CharField(_("người nhận"), max_length=254)
    channel = models.CharField(_("kênh"), max_length=7, choices=Channel, default=Channel.MAIL)
    state = models.CharField(_("trạng thái"), max_length=7, choices=ReminderState, default=ReminderState.DUE)
    due_at = models.DateTimeField(_("đến hạn gửi lúc"))
    created_at = models.DateTimeField(default=timezone.now, verbose_name=_("tạo lúc"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("người tạo"),
    )
    leased_until = models.DateTimeField(_("đang giữ đến"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    next_attempt_at = models.DateTimeField(_("thử lại lúc"), null=True, blank=True)
    sent_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    message_id = models.CharField(_("mã thư"), max_length=120, unique=True)
    why = models.CharField(_("vì sao"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("lần đôn đốc")
        verbose_name_plural = _("lần đôn đốc")
        indexes = [
            models.Index(fields=["state", "due_at"], name="reminder_due"),
            models.Index(fields=["round", "unit"], name="reminder_round_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "unit", "recipient", "channel"],
                condition=Q(step__isnull=False),
                name="reminder_exactly_once",
                violation_error_message=_("Bước này đã gửi cho người nhận đó."),
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"),
                name="reminder_sent_has_time",
                violation_error_message=_("Lần đã gửi phải có giờ gửi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.recipient} · {self.get_state_display()}"
