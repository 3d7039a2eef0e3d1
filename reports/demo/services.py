"""Loads a whole invented province into an empty portal: the same seed gives the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AuditEntry, User
from campaigns.models import Campaign
from campaigns.packs import find_pack
from reports.demo.acknowledgements import write_acknowledgements
from reports.demo.people import Cast, write_cast
from reports.demo.rounds import Staging, rounds_in_order, stage_round
from reports.demo.schools import DemoSchool, plan_schools, write_schools
from reports.packs import load_campaign
from reports.rounds import deadlines
from schools.communes import provinces
from schools.models import Unit, UnitKind
from schools.services import create_office, import_communes, set_up_department

DEFAULT_SCHOOLS = 1_200
FEWEST, MOST = 50, 60_000
DEFAULT_AS_OF = datetime(2026, 11, 21, 8, 30, tzinfo=deadlines.ZONE)
LOADED = "demo.load"


class DemoError(Exception):
    """Nothing was loaded; the message says why."""


@dataclass(frozen=True, slots=True)
class DemoCounts:
    """`created` is false when the demo was there already."""

    created: bool
    schools: int
    reports: int
    seconds: float


def load_demo(
    *,
    province: str = "ninh-binh",
    schools: int | None = None,
    seed: int = 2026,
    as_of: datetime | None = None,
    progress: Callable[[str], object] = print,
) -> DemoCounts:
    """All or nothing; the second time it finds the demo there and changes nothing. Raises DemoError."""
    count = DEFAULT_SCHOOLS if schools is None else schools
    _check(province, count)
    if AuditEntry.objects.filter(action=LOADED).exists():
        progress(_("Dữ liệu mẫu đã có, không thay đổi gì."))
        return DemoCounts(False, Unit.objects.schools().count(), 0, 0.0)
    if Unit.objects.exists() or User.objects.exists():
        raise DemoError(_("Cơ sở dữ liệu đã có đơn vị hoặc tài khoản; dữ liệu mẫu chỉ nạp vào cơ sở dữ liệu trống."))
    started = monotonic()
    with transaction.atomic():
        reports = _Loading(province, count, seed, as_of or DEFAULT_AS_OF, progress).run()
    return DemoCounts(True, count, reports, monotonic() - started)


def _check(province: str, count: int) -> None:
    if settings.PORTAL_ENV == "production":
        raise DemoError(_("Không nạp dữ liệu mẫu vào hệ thống đang vận hành (PORTAL_ENV=production)."))
    if province not in {item.slug for item in provinces()}:
        raise DemoError(_("Không có tỉnh “%(name)s”.") % {"name": province})
    if not FEWEST <= count <= MOST:
        raise DemoError(_("Số trường phải từ %(least)s đến %(most)s.") % {"least": FEWEST, "most": MOST})
    find_pack(province)


@dataclass
class _Loading:
    """One run, step by step; what one step makes the next ones use."""

    province: str
    count: int
    seed: int
    as_of: datetime
    progress: Callable[[str], object]

    def run(self) -> int:
        department = self._set_up()
        campaign = load_campaign(find_pack(self.province))
        communes = list(Unit.objects.communes().order_by("code"))
        schools = plan_schools(
            province=self.province, department=department, communes=communes, count=self.count, seed=self.seed
        )
        self._say(_("%(n)s trường trên %(communes)s xã, phường…"), n=self.count, communes=len(communes))
        write_schools(schools=schools, province=self.province, seed=self.seed)
        self._say(_("Tài khoản của Sở, xã, phường và các trường…"))
        cast = write_cast(
            province=self.province,
            department=department,
            office=self._office(campaign, department),
            communes=communes,
            schools=schools,
            seed=self.seed,
        )
        self._say(_("Xác nhận tiếp nhận văn bản…"))
        users = {**cast.commune_officers, **cast.principals}
        write_acknowledgements(campaign=campaign, users=users, as_of=self.as_of, seed=self.seed)
        reports = self._stage_rounds(campaign, cast, schools)
        audit.record(
            actor=None,
            action=LOADED,
            target=department,
            after={"province": self.province, "schools": self.count, "seed": self.seed, "as_of": str(self.as_of)},
        )
        return reports

    def _set_up(self) -> Unit:
        department = set_up_department(province_slug=self.province)
        self._say(_("%(name)s và các xã, phường…"), name=department.name)
        import_communes(province_code=self.province)
        return department

    def _office(self, campaign: Campaign, department: Unit) -> Unit:
        """The office that leads the campaign, or the first there is."""
        office = campaign.lead or Unit.objects.filter(kind=UnitKind.OFFICE).order_by("pk").first()
        return office or create_office(department=department, code="VP", name="Văn phòng Sở", short_name="Văn phòng")

    def _stage_rounds(self, campaign: Campaign, cast: Cast, schools: list[DemoSchool]) -> int:
        staging = Staging(cast, {item.unit.pk: item for item in schools}, self.as_of, self.seed)
        made = 0
        for round_, has_next in rounds_in_order(campaign.pk):
            self._say(_("Đợt “%(name)s”…"), name=round_.name)
            made += stage_round(round=round_, staging=staging, has_next=has_next)
        return made

    def _say(self, text: str, **values: object) -> None:
        self.progress(text % values if values else text)
