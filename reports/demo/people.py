"""Accounts of the demo: one for each role, one for each commune and nearly each school. No person has a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from accounts.demo import DEMO_PASSWORD
from accounts.models import User
from reports.demo.dice import dice
from reports.demo.schools import CROWDED, SINCE, DemoSchool
from reports.rounds import deadlines
from schools.models import Membership, Role, Unit


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts in the demo, by unit where there are many."""

    admin: User
    officer: User
    office: Unit
    commune_officers: dict[int, User]
    principals: dict[int, User]
    school: DemoSchool
    commune: Unit


def write_cast(
    *, province: str, department: Unit, office: Unit, communes: Sequence[Unit], schools: Sequence[DemoSchool], seed: int
) -> Cast:
    """All accounts share the demo's password; an unit's account bears the unit's code."""
    school, commune = choose_school(province=province, communes=communes, schools=schools)
    hashed = make_password(DEMO_PASSWORD)
    people: list[tuple[User, Unit, Role]] = []

    def add(username: str, full_name: str, unit: Unit, role: Role, email: str = "", **more: bool) -> User:
        user = User(
            username=username,
            full_name=full_name[:150],
            email=email or f"{username}@demo.example",
            password=hashed,
            date_joined=_since(),
            **more,
        )
        people.append((user, unit, role))
        return user

    admin = add("quantri", "Quản trị Sở", department, Role.DEPARTMENT_ADMIN, is_staff=True, is_superuser=True)
    officer = add("chuyenvien", f"Chuyên viên {office.short_name or office.name}", office, Role.OFFICER)
    add("nguoixem", "Lãnh đạo Sở", department, Role.VIEWER)
    xa = add("xa", f"Cán bộ {commune.name}", commune, Role.COMMUNE_OFFICER)
    head = add("hieutruong", f"{head_title(school)} {school.unit.name}", school.unit, Role.PRINCIPAL)
    add("nhanvien", f"Nhân viên {school.unit.name}", school.unit, Role.SCHOOL_STAFF)
    officers, principals = {commune.pk: xa}, {school.unit.pk: head}
    for unit in communes:
        if unit.pk != commune.pk:
            officers[unit.pk] = add(
                f"xa-{unit.code}", f"Cán bộ {unit.name}", unit, Role.COMMUNE_OFFICER, f"vhxh-{unit.code}@xa.example"
            )
    chance = dice(seed, province, "people")
    for item in schools:
        if item is not school and chance.random() > 0.02:
            code = item.unit.code.lower()
            principals[item.unit.pk] = add(
                code, f"{head_title(item)} {item.unit.name}", item.unit, Role.PRINCIPAL, f"ht-{code}@truong.example"
            )
    User.objects.bulk_create([user for user, _, _ in people], batch_size=1000)
    Membership.objects.bulk_create(
        [Membership(user=user, unit=unit, role=role, started_at=_since()) for user, unit, role in people],
        batch_size=1000,
    )
    return Cast(admin, officer, office, officers, principals, school, commune)


def head_title(school: DemoSchool) -> str:
    return "Giám đốc" if school.kind.abbreviation == "GDTX" else "Hiệu trưởng"


# The principal of the demo must owe a report, and a document may be for few kinds of schools.
_PRINCIPAL_OF: Mapping[str, str] = {"ha-noi": "Trung tâm GDNN-GDTX"}


def choose_school(*, province: str, communes: Sequence[Unit], schools: Sequence[DemoSchool]) -> tuple[DemoSchool, Unit]:
    """A school in the commune that manages most schools: there is something to see for both."""
    managed = Counter(item.unit.manager_id for item in schools)
    title = _PRINCIPAL_OF.get(province, "Trường THCS")
    candidates = [item for item in schools if item.kind.title == title]
    places = {unit.pk: unit for unit in communes}
    crowded = {unit.pk for unit in communes if unit.name == CROWDED.get(province)}
    candidates = [item for item in candidates if item.unit.commune_id in crowded] or candidates
    school = max(candidates, key=lambda item: (managed[item.unit.commune_id], item.unit.code))
    return school, places[school.unit.commune_id or 0]


def _since() -> datetime:
    return datetime.combine(SINCE, datetime.min.time(), deadlines.ZONE) + timedelta(hours=8)
