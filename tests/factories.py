"""Small builders of rows; what a test does not name gets a plain value."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import count
from typing import Any

from accounts.models import User
from campaigns.models import Campaign
from reports.models import Draft, Report, Round, RoundAudience, RoundIndicator
from reports.rounds import deadlines
from schools import levels
from schools.models import Headcount, Management, Membership, Placement, Role, Unit, UnitKind
from targets.models import Indicator, Target

PASSWORD = "mat-khau-thu-2026"
_number = count(1)


def make_department(code: str = "37", name: str = "Sở GDĐT Ninh Bình") -> Unit:
    return Unit.objects.create(kind=UnitKind.DEPARTMENT, code=code, name=name)


def make_office(department: Unit, code: str, name: str) -> Unit:
    return Unit.objects.create(kind=UnitKind.OFFICE, code=code, name=name, manager=department)


def make_commune(department: Unit, code: str, name: str) -> Unit:
    return Unit.objects.create(kind=UnitKind.COMMUNE, code=code, name=name, manager=department)


def make_school(
    name: str, level_codes: list[str], *, commune: Unit | None, manager: Unit | None, code: str = "", **more: Any
) -> Unit:
    """A school with its place and manager, the dated rows included."""
    school = Unit.objects.create(
        kind=UnitKind.SCHOOL,
        code=code or f"37-{next(_number):05d}",
        name=name,
        levels=levels.from_codes(level_codes),
        commune=commune,
        manager=manager,
        email=more.pop("email", f"truong{next(_number)}@truong.example"),
        ownership=more.pop("ownership", "public"),
        **more,
    )
    if commune is not None:
        Placement.objects.create(unit=school, commune=commune)
    if manager is not None:
        Management.objects.create(unit=school, manager=manager)
    return school


def make_headcounts(school: Unit, school_year: int, *, staff: int | None = None, **pupils: int) -> None:
    """Staff of the school and pupils by level: make_headcounts(s, 2026, staff=30, TH=400)."""
    rows = [
        Headcount(unit=school, school_year=school_year, population="pupils", level=level, number=number)
        for level, number in pupils.items()
    ]
    if staff is not None:
        rows.append(Headcount(unit=school, school_year=school_year, population="staff", level="", number=staff))
    Headcount.objects.bulk_create(rows)


def make_user(username: str, unit: Unit | None = None, role: str = Role.PRINCIPAL, **more: Any) -> User:
    user = User.objects.create_user(
        username=username, email=more.pop("email", f"{username}@demo.example"), password=PASSWORD, **more
    )
    if unit is not None:
        Membership.objects.create(user=user, unit=unit, role=role)
    return user


def make_campaign(owner: Unit, **more: Any) -> Campaign:
    return Campaign.objects.create(
        **{
            "code": f"phong-trao-{next(_number)}",
            "name": "Bình dân học vụ số",
            "owner": owner,
            "first_year": 2025,
            "last_year": 2026,
            **more,
        }
    )


def make_indicator(campaign: Campaign, code: str, **more: Any) -> Indicator:
    """A yes-or-no indicator of all levels unless told otherwise; `targets` is {(year, level): percent | None}."""
    targets: dict[tuple[int, str], int | None] = more.pop("targets", {})
    indicator = Indicator.objects.create(
        **{
            "campaign": campaign,
            "code": code,
            "order": next(_number),
            "name": f"Chỉ tiêu {code}",
            "short_name": f"CT {code}",
            "section": "Kế hoạch",
            "question": f"Câu hỏi {code}",
            "kind": "units",
            "counted": "",
            "levels": levels.ALL_LEVELS,
            **more,
        }
    )
    for (year, level), percent in targets.items():
        Target.objects.create(indicator=indicator, year=year, level=level, percent=percent, encouraged=percent is None)
    return indicator


def make_round(
    campaign: Campaign,
    receiver: Unit,
    indicators: list[Indicator],
    *,
    deadline_on: date | None = date(2026, 12, 15),
    rule: str = "before",
    at: time | None = None,
    **more: Any,
) -> Round:
    """A planned round asked of all schools, due before 15/12/2026 unless told otherwise."""
    number = next(_number)
    audience_all = more.pop("audience_all", True)
    dated: dict[str, Any] = {}
    if deadline_on is not None:
        dated = {
            "deadline_on": deadline_on,
            "deadline_rule": rule,
            "deadline_time": at,
            "deadline_words": f"trước ngày {deadline_on:%d/%m/%Y}",
            "deadline_at": deadlines.instant(deadline_on, rule, at),
        }
    round_ = Round.objects.create(
        **{
            "campaign": campaign,
            "code": f"dot-{number}",
            "name": "Tổng kết 2026",
            "kind": "final",
            "year": 2026,
            "school_year": 2026,
            "receiver": receiver,
            **dated,
            **more,
        }
    )
    RoundIndicator.objects.bulk_create(
        [RoundIndicator(round=round_, indicator=item, order=place) for place, item in enumerate(indicators)]
    )
    if audience_all:
        RoundAudience.objects.create(round=round_, wording="Các cơ sở giáo dục", unit_kind="school")
    return round_


def make_report(round_: Round, unit: Unit, **more: Any) -> Report:
    """A duty as the opening of a round makes it, with its empty draft."""
    report = Report.objects.create(
        round=round_, unit=unit, levels=unit.levels, commune=unit.commune, manager=unit.manager, **more
    )
    Draft.objects.create(report=report)
    return report


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment in Vietnam."""
    return datetime(year, month, day, hour, minute, tzinfo=deadlines.ZONE)
