"""Campaigns, and the directives that set them up: references, addressees, contacts, acknowledgements."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.querysets import CampaignQuerySet, DirectiveQuerySet
from schools.models import AudienceRule, Unit


class Campaign(models.Model):
    """One movement (phong trào) that runs over some years."""

    code = models.SlugField(_("mã"), max_length=60, unique=True)
    name = models.CharField(_("tên"), max_length=250)
    summary = models.TextField(_("tóm tắt"), blank=True)
    owner = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("đơn vị phát động")
    )
    lead = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("phòng chủ trì")
    )
    first_year = models.PositiveSmallIntegerField(_("năm đầu"))
    last_year = models.PositiveSmallIntegerField(_("năm cuối"), null=True, blank=True)
    created_at = models.DateTimeField(_("tạo lúc"), default=timezone.now)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("phong trào")
        verbose_name_plural = _("phong trào")
        ordering = ["-first_year", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year__isnull=True) | Q(last_year__gte=F("first_year")),
                name="campaign_years_in_order",
                violation_error_message=_("Năm cuối không được trước năm đầu."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """One theme (chủ đề) or model (mô hình) inside a campaign."""

    class Kind(models.TextChoices):
        THEME = "theme", _("Chủ đề")
        MODEL = "model", _("Mô hình")

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="themes", verbose_name=_("phong trào")
    )
    kind = models.CharField(_("loại"), max_length=5, choices=Kind, default=Kind.THEME)
    code = models.SlugField(_("mã"), max_length=60)
    name = models.CharField(_("tên"), max_length=250)
    summary = models.TextField(_("tóm tắt"), blank=True)

    class Meta:
        verbose_name = _("chủ đề, mô hình")
        verbose_name_plural = _("chủ đề, mô hình")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "code"],
                name="theme_code_unique",
                violation_error_message=_("Mã chủ đề đã có trong phong trào."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class DirectiveKind(models.TextChoices):
    PLAN = "plan", _("Kế hoạch")
    OFFICIAL_LETTER = "official_letter", _("Công văn")
    DECISION = "decision", _("Quyết định")
    RESOLUTION = "resolution", _("Nghị quyết")
    CIRCULAR = "circular", _("Thông tư")
    INSTRUCTION = "instruction", _("Chỉ thị")
    NOTICE = "notice", _("Thông báo")
    GUIDANCE = "guidance", _("Hướng dẫn")


class Directive(models.Model):
    """One document (văn bản). What the document leaves blank stays blank: number, day, or the whole date.

    A stub is a document known only because another one cites it.
    """

    kind = models.CharField(_("loại văn bản"), max_length=16, choices=DirectiveKind)
    code = models.SlugField(_("mã trong cổng"), max_length=80, unique=True)
    symbol = models.CharField(_("số, ký hiệu"), max_length=80, help_text=_("Như in trên văn bản, kể cả khi thiếu số."))
    issued_year = models.PositiveSmallIntegerField(_("năm ban hành"), null=True, blank=True)
    issued_month = models.PositiveSmallIntegerField(_("tháng"), null=True, blank=True)
    issued_day = models.PositiveSmallIntegerField(_("ngày"), null=True, blank=True)
    place = models.CharField(_("nơi ban hành"), max_length=80, blank=True)
    issuer = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="issued_directives",
        verbose_name=_("đơn vị ban hành"),
    )
    issuer_name = models.CharField(_("cơ quan ban hành"), max_length=200)
    parent_authority = models.CharField(_("cơ quan chủ quản"), max_length=200, blank=True)
    subject = models.CharField(_("trích yếu"), max_length=500)
    summary = models.TextField(_("nội dung chính"), blank=True)
    signed_for = models.CharField(_("quyền hạn ký"), max_length=120, blank=True, help_text=_("KT. GIÁM ĐỐC …"))
    signed_as = models.CharField(_("chức vụ người ký"), max_length=120, blank=True)
    campaign = models.ForeignKey(
        Campaign,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="directives",
        verbose_name=_("phong trào"),
    )
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="directives", verbose_name=_("chủ đề")
    )
    lead = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("chủ trì theo dõi")
    )
    reporting_note = models.CharField(_("về báo cáo"), max_length=500, blank=True)
    is_stub = models.BooleanField(_("chỉ được viện dẫn"), default=False)
    created_at = models.DateTimeField(_("đăng ký lúc"), default=timezone.now)

    objects = DirectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("văn bản")
        verbose_name_plural = _("văn bản")
        ordering = ["-issued_year", "-issued_month", "-issued_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(issued_month__isnull=True) | Q(issued_year__isnull=False, issued_month__range=(1, 12)))
                & (Q(issued_day__isnull=True) | Q(issued_month__isnull=False, issued_day__range=(1, 31))),
                name="directive_date_from_the_year_down",
                violation_error_message=_("Có ngày thì phải có tháng, có tháng thì phải có năm."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.symbol}"

    @property
    def lacks_number(self) -> bool:
        return self.symbol.startswith("/")

    @property
    def lacks_day(self) -> bool:
        return self.issued_day is None

    @property
    def date_label(self) -> str:
        """'04/6/2026', '7/2025' or '2026': as much as the document says."""
        if self.issued_year is None:
            return ""
        parts = [str(self.issued_year)]
        if self.issued_month is not None:
            # As documents write it: 0 before the months that could be read as 11 and 12.
            parts.insert(0, f"{self.issued_month:02d}" if self.issued_month < 3 else str(self.issued_month))
            if self.issued_day is not None:
                parts.insert(0, f"{self.issued_day:02d}")
        return "/".join(parts)


class DirectiveReference(models.Model):
    """One citation: this document names that one, in these words, with this date."""

    class Relation(models.TextChoices):
        CARRIES_OUT = "carries_out", _("Thực hiện")
        BASED_ON = "based_on", _("Căn cứ")
        URGES = "urges", _("Đôn đốc thực hiện")
        MENTIONS = "mentions", _("Nhắc đến")

    directive = models.ForeignKey(
        Directive, on_delete=models.CASCADE, related_name="references", verbose_name=_("văn bản")
    )
    cited = models.ForeignKey(
        Directive, on_delete=models.PROTECT, related_name="citations", verbose_name=_("văn bản được viện dẫn")
    )
    relation = models.CharField(_("quan hệ"), max_length=12, choices=Relation, default=Relation.CARRIES_OUT)
    cited_on = models.DateField(_("ngày ghi khi viện dẫn"), null=True, blank=True)
    place_in_text = models.CharField(_("ở đâu trong văn bản"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("viện dẫn")
        verbose_name_plural = _("viện dẫn")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "order"],
                name="reference_order_unique",
                violation_error_message=_("Thứ tự viện dẫn này đã dùng."),
            ),
            models.CheckConstraint(
                condition=~Q(directive=F("cited")),
                name="reference_to_another",
                violation_error_message=_("Văn bản không thể viện dẫn chính nó."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.directive} → {self.cited}"


class Addressee(AudienceRule):
    """One line of Kính gửi, with the rule that finds the units it means.

    `obliged` is false for units that are invited but not managed by who issued the document.
    """

    directive = models.ForeignKey(
        Directive, on_delete=models.CASCADE, related_name="addressees", verbose_name=_("văn bản")
    )
    obliged = models.BooleanField(_("phải thực hiện"), default=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("nơi gửi đến")
        verbose_name_plural = _("nơi gửi đến")
        ordering = ["order", "id"]


class CopyRecipient(models.Model):
    """One line of Nơi nhận."""

    directive = models.ForeignKey(Directive, on_delete=models.CASCADE, related_name="copies", verbose_name=_("văn bản"))
    name = models.CharField(_("nơi nhận"), max_length=200)
    purpose = models.CharField(_("để"), max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("nơi nhận")
        verbose_name_plural = _("nơi nhận")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """One person to ask, by role and organisation."""

    directive = models.ForeignKey(
        Directive, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("văn bản")
    )
    role = models.CharField(_("chức danh"), max_length=200)
    organisation = models.CharField(_("cơ quan"), max_length=200)
    phone = models.CharField(_("điện thoại"), max_length=30, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("đầu mối liên hệ")
        verbose_name_plural = _("đầu mối liên hệ")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return f"{self.role}, {self.organisation}"


class DirectiveTask(models.Model):
    """One thing that the document asks for, in the portal's own short words."""

    directive = models.ForeignKey(Directive, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("văn bản"))
    text = models.CharField(_("việc"), max_length=500)
    who = models.CharField(_("ai làm"), max_length=200, blank=True)
    encouraged = models.BooleanField(_("khuyến khích"), default=False)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("nhiệm vụ")
        verbose_name_plural = _("nhiệm vụ")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.text


class DirectiveLink(models.Model):
    """One address on the web that the document gives, and for whom."""

    directive = models.ForeignKey(Directive, on_delete=models.CASCADE, related_name="links", verbose_name=_("văn bản"))
    label = models.CharField(_("tên"), max_length=250)
    url = models.URLField(_("địa chỉ"), max_length=400)
    audience = models.CharField(_("dành cho"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("đường dẫn")
        verbose_name_plural = _("đường dẫn")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.label


class DirectiveAttachment(models.Model):
    """One annex or attached file; the file may be missing where only its title is known."""

    directive = models.ForeignKey(
        Directive, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("văn bản")
    )
    title = models.CharField(_("tên"), max_length=250)
    is_annex = models.BooleanField(_("là phụ lục"), default=False)
    file = models.FileField(_("tệp"), upload_to="directives/%Y/", blank=True)
    sha256 = models.CharField(_("băm của tệp"), max_length=64, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("phụ lục, tệp kèm")
        verbose_name_plural = _("phụ lục, tệp kèm")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.title


class Acknowledgement(models.Model):
    """One unit's word that it has received a document."""

    directive = models.ForeignKey(
        Directive, on_delete=models.CASCADE, related_name="acknowledgements", verbose_name=_("văn bản")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="acknowledgements", verbose_name=_("đơn vị"))
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("người làm")
    )

    class Meta:
        verbose_name = _("xác nhận tiếp nhận")
        verbose_name_plural = _("xác nhận tiếp nhận")
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "unit"],
                name="acknowledgement_unique",
                violation_error_message=_("Đơn vị đã xác nhận văn bản này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.directive}"
