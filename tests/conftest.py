"""The cast: one small province that most tests play in."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

# Imported before any test freezes time: the throttles keep the clock that they find.
from rest_framework import throttling  # noqa: F401
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from accounts.models import User
from schools import levels
from schools.models import Role
from tests import factories as make


@pytest.fixture(autouse=True)
def plain_settings(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Fast hashing, files in a folder of the test's own, a cache that forgets."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.ACCOUNT_RATE_LIMITS = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def build_world() -> SimpleNamespace:
    """A department with two offices, two communes, four schools, users of every role, a planned round."""
    w = SimpleNamespace()
    w.department = make.make_department()
    w.office = make.make_office(w.department, "CTHSSV", "Phòng Công tác học sinh, sinh viên")
    w.other_office = make.make_office(w.department, "GDTH", "Phòng Giáo dục Tiểu học")
    w.commune_a = make.make_commune(w.department, "14464", "Xã Gia Viễn")
    w.commune_b = make.make_commune(w.department, "14620", "Xã Phát Diệm")
    w.th_a = make.make_school("Trường TH Gia Viễn", ["TH"], commune=w.commune_a, manager=w.commune_a)
    w.thths_a = make.make_school("Trường TH&THCS Gia Lâm", ["TH", "THCS"], commune=w.commune_a, manager=w.commune_a)
    w.thpt_a = make.make_school("Trường THPT Gia Viễn A", ["THPT"], commune=w.commune_a, manager=w.department)
    w.mn_b = make.make_school("Trường MN Phát Diệm", ["MN"], commune=w.commune_b, manager=w.commune_b)
    w.schools = [w.th_a, w.thths_a, w.thpt_a, w.mn_b]
    for year in (2025, 2026):
        make.make_headcounts(w.th_a, year, staff=30, TH=400)
        make.make_headcounts(w.thths_a, year, staff=50, TH=300, THCS=200)
        make.make_headcounts(w.thpt_a, year, staff=80, THPT=1000)
        make.make_headcounts(w.mn_b, year, staff=20, MN=150)

    w.admin = make.make_user("quantri", w.department, Role.DEPARTMENT_ADMIN, is_staff=True, is_superuser=True)
    w.officer = make.make_user("chuyenvien", w.office, Role.OFFICER)
    w.other_officer = make.make_user("chuyenvien2", w.other_office, Role.OFFICER)
    w.commune_officer = make.make_user("xa", w.commune_a, Role.COMMUNE_OFFICER)
    w.commune_officer_b = make.make_user("xa2", w.commune_b, Role.COMMUNE_OFFICER)
    w.principal = make.make_user("hieutruong", w.th_a, Role.PRINCIPAL)
    w.staff_member = make.make_user("nhanvien", w.th_a, Role.SCHOOL_STAFF)
    w.principal_b = make.make_user("hieutruong2", w.mn_b, Role.PRINCIPAL)
    w.viewer = make.make_user("nguoixem", w.department, Role.VIEWER)

    w.campaign = make.make_campaign(w.department, lead=w.office)
    pupils = levels.from_codes(["TH", "THCS", "THPT", "GDTX"])
    w.indicators = {
        "1.1": make.make_indicator(w.campaign, "1.1", targets={(2025, ""): 100}),
        "1.2": make.make_indicator(
            w.campaign, "1.2", kind="people", counted="staff", targets={(2025, ""): 80, (2026, ""): 100}
        ),
        "1.4": make.make_indicator(
            w.campaign, "1.4", kind="people", counted="pupils", levels=pupils, targets={(2026, ""): 100}
        ),
        "2.1": make.make_indicator(
            w.campaign, "2.1", targets={(2026, "MN"): 70, (2026, "TH"): 100, (2026, "THCS"): 100, (2026, "THPT"): 100}
        ),
    }
    for indicator in w.indicators.values():
        indicator.leads.add(w.office)
    w.round = make.make_round(
        w.campaign, w.department, list(w.indicators.values()), through=w.office, commune_reviews_first=True
    )
    return w


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    return build_world()


def open_round_of(w: SimpleNamespace) -> SimpleNamespace:
    from reports.models import Report
    from reports.rounds import services

    services.open_round(round=w.round, by=w.admin, now=make.local(2026, 11, 1, 8))
    w.round.refresh_from_db()
    w.reports = {report.unit.pk: report for report in Report.objects.filter(round=w.round).select_related("unit")}
    w.report = w.reports[w.th_a.pk]
    return w


@pytest.fixture
def open_world(world: SimpleNamespace) -> SimpleNamespace:
    """The same with its round open since 1 November 2026; `report` is that of the principal's school."""
    return open_round_of(world)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def api_of() -> Callable[[User], APIClient]:
    def sign_in(user: User) -> APIClient:
        client = APIClient()
        token, _ = Token.objects.get_or_create(user=user)
        client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
        return client

    return sign_in
