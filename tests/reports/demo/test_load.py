from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from accounts.demo import DEMO_PASSWORD, DEMO_USERS
from accounts.models import User
from campaigns.models import Acknowledgement, Directive
from reports.demo.services import DEFAULT_AS_OF, DemoError, load_demo
from reports.models import Draft, Reminder, Report, Round, RoundState, Submission, Value
from reports.reminders.services import ReminderCounts, send_reminders
from reports.rounds import deadlines
from schools import levels
from schools.models import Headcount, Membership, Unit, UnitKind

pytestmark = pytest.mark.django_db


def quiet(text: str) -> None:
    """Progress that nobody watches."""


def load(province: str = "ninh-binh", schools: int = 50, **more: Any) -> None:
    assert load_demo(province=province, schools=schools, progress=quiet, **more).created


def checksum() -> str:
    """All that the loading decided, by natural keys: row numbers and password salts are left out."""
    tables = [
        Unit.objects.order_by("kind", "code").values_list("code", "name", "levels", "manager__code", "commune__code"),
        Unit.objects.order_by("kind", "code").values_list("email", "ownership", "name_sort"),
        Headcount.objects.order_by("unit__code", "school_year", "population", "level").values_list("number"),
        User.objects.order_by("username").values_list("username", "full_name", "email"),
        Report.objects.order_by("round__code", "unit__code").values_list(
            "unit__code",
            "state",
            "awaiting_commune",
            "first_submitted_at",
            "is_late",
            "accepted_at",
            "exclusion_reason",
        ),
        Draft.objects.order_by("report__round__code", "report__unit__code").values_list("values", "narrative"),
        Submission.objects.order_by("token").values_list("token", "submitted_at", "submitted_by__username"),
        Value.objects.order_by("submission__token", "indicator__code", "level").values_list("numerator", "denominator"),
        Acknowledgement.objects.order_by("directive__code", "unit__code").values_list("unit__code", "at"),
        Reminder.objects.order_by("step__due_at", "unit__code").values_list("unit__code", "recipient", "sent_at"),
    ]
    return hashlib.sha256(repr([list(rows) for rows in tables]).encode()).hexdigest()


def load_and_forget(**more: Any) -> str:
    with transaction.atomic():
        load(**more)
        found = checksum()
        transaction.set_rollback(True)
    return found


def test_the_same_seed_gives_the_same_rows() -> None:
    first = load_and_forget(seed=7)
    assert load_and_forget(seed=7) == first
    assert load_and_forget(seed=8) != first


def test_every_state_occurs_even_with_few_schools() -> None:
    load()
    last = Report.objects.filter(round__code="tong-ket-2026", unit__kind=UnitKind.SCHOOL)
    states = set(last.values_list("state", "awaiting_commune"))
    assert states >= {
        ("not_started", False),
        ("draft", False),
        ("submitted", True),
        ("submitted", False),
        ("returned", False),
        ("accepted", False),
    }
    assert last.filter(excluded_at__isnull=False).exclude(exclusion_reason="").exists()
    assert last.filter(extended_until__isnull=False).exists()
    assert Report.objects.filter(round__code="so-ket-2025", is_late=True).exists()


def test_the_interim_round_is_closed_and_complete_and_the_final_one_half_in() -> None:
    load(schools=300)
    interim, final = Round.objects.get(code="so-ket-2025"), Round.objects.get(code="tong-ket-2026")
    assert (interim.state, final.state) == (RoundState.CLOSED, RoundState.OPEN)
    assert not Report.objects.filter(round=interim).missing().exists()
    accepted = Report.objects.filter(round=interim, state="accepted").count()
    assert accepted >= 0.95 * Report.objects.filter(round=interim).expected().count()
    schools = Report.objects.filter(round=final, unit__kind=UnitKind.SCHOOL)
    assert 0.4 < schools.counted().count() / schools.expected().count() < 0.6


def test_nothing_happens_before_the_opening_or_after_the_moment() -> None:
    load(schools=120)
    for round_ in Round.objects.all():
        opened_at, until = round_.opened_at, round_.closed_at or DEFAULT_AS_OF
        assert opened_at is not None
        moments = Submission.objects.filter(report__round=round_).values_list("submitted_at", flat=True)
        assert all(opened_at < moment < until for moment in moments)
        steps = round_.reports.filter(steps__isnull=False).values_list("steps__at", flat=True)
        assert all(opened_at < moment <= until for moment in steps)


def test_steps_of_a_report_follow_one_another() -> None:
    load(schools=120)
    reports = Report.objects.filter(steps__isnull=False).distinct().select_related("round")
    for report in reports.prefetch_related("steps", "submissions"):
        steps = list(report.steps.all())
        assert [step.at for step in steps] == sorted(step.at for step in steps)
        # Closing a round takes hold of its reports once more.
        assert report.version == len(steps) + (report.round.state == RoundState.CLOSED)
        assert report.current_submission == list(report.submissions.all())[-1]
        last = {"accepted": "accepted", "returned": "returned"}.get(report.state, "submitted")
        assert steps[-1].kind in (last, "forwarded")


def test_lateness_agrees_with_each_deadline() -> None:
    load("quang-ngai", 200)
    submitted = Report.objects.filter(first_submitted_at__isnull=False).select_related("round")
    assert submitted.filter(is_late=True).exists()
    for report in submitted:
        due = report.extended_until or report.round.deadline_at
        assert report.first_submitted_at is not None
        assert report.is_late != deadlines.is_on_time(report.first_submitted_at, due)


def test_values_are_what_the_form_would_have_asked() -> None:
    load()
    submission = (
        Submission.objects.filter(report__unit__kind=UnitKind.SCHOOL, report__round__code="tong-ket-2026")
        .select_related("report__round")
        .first()
    )
    assert submission is not None
    report = submission.report
    expected = {
        (indicator.code, level)
        for indicator in report.round.indicators.all()
        for level in indicator.value_levels(report.levels)
    }
    assert set(submission.values.values_list("indicator__code", "level")) == expected


def test_no_account_bears_a_person_s_name() -> None:
    load()
    roles = ("Quản trị Sở", "Chuyên viên ", "Lãnh đạo Sở", "Cán bộ ", "Hiệu trưởng ", "Giám đốc ", "Nhân viên ")
    units = set(Unit.objects.values_list("name", flat=True)) | set(Unit.objects.values_list("short_name", flat=True))
    for full_name in User.objects.values_list("full_name", flat=True):
        role = next(role for role in roles if full_name.startswith(role))
        assert full_name == role or full_name.removeprefix(role) in units
    assert all(email.endswith(".example") for email in User.objects.values_list("email", flat=True))
    assert not Unit.objects.schools().exclude(phone="").exists()


def test_schools_stand_in_real_communes_and_have_who_manages_them_by_rule() -> None:
    load(schools=300)
    assert Unit.objects.communes().count() == 129
    assert not Unit.objects.communes().filter(placed_units__isnull=True).exists()
    upper = Unit.objects.schools().with_levels(levels.from_codes(["THPT", "GDTX", "GDNN", "TC"]))
    assert {unit.manager.kind for unit in upper.select_related("manager") if unit.manager} == {"department"}
    lower = Unit.objects.schools().exclude(pk__in=upper.values("pk")).filter(manager__isnull=False)
    assert all(unit.manager_id == unit.commune_id for unit in lower)
    codes = Unit.objects.schools().values_list("code", flat=True)
    assert all(re.fullmatch(r"37-[A-Z]+-\d{4,}", code) for code in codes)
    several = {unit.levels_label for unit in Unit.objects.schools()}
    assert {"MN", "TH", "THCS", "TH, THCS", "THPT", "THCS, THPT", "TH, THCS, THPT", "GDTX, GDNN"} <= several


def test_a_few_schools_have_not_given_their_counts() -> None:
    load(schools=300)
    schools = Unit.objects.schools().count()
    with_counts = Headcount.objects.filter(school_year=2026, population="staff").count()
    assert 0.9 * schools < with_counts < schools


def test_the_principal_s_report_is_half_filled_in() -> None:
    load()
    principal = Membership.objects.get(user__username="hieutruong")
    colleague = Membership.objects.get(user__username="nhanvien")
    commune = Membership.objects.get(user__username="xa")
    assert principal.unit == colleague.unit
    assert principal.unit.manager == commune.unit
    report = Report.objects.get(unit=principal.unit, round__state=RoundState.OPEN)
    assert report.state == "draft"
    owed = [i for i in report.round.indicators.all() if i.value_levels(report.levels)]
    assert 0 < len(report.draft.values) < len(owed)


def test_every_demo_account_signs_in() -> None:
    load()
    assert [name for name in DEMO_USERS if not Client().login(username=name, password=DEMO_PASSWORD)] == []


@pytest.mark.parametrize(
    ("province", "rounds"), [("ninh-binh", 2), ("ha-noi", 1), ("hai-phong", 0), ("quang-ngai", 1), ("nghe-an", 1)]
)
def test_each_province_comes_up_with_its_campaign(province: str, rounds: int) -> None:
    load(province)
    assert Round.objects.exclude(state=RoundState.PLANNED).count() == rounds
    assert Directive.objects.registered().exists()
    addressed = Acknowledgement.objects.values("directive").distinct().count()
    assert addressed == Directive.objects.registered().count()
    principal = Membership.objects.get(user__username="hieutruong")
    assert Report.objects.filter(unit=principal.unit).exists() == bool(rounds)


def test_ha_noi_is_overdue_for_some_and_quang_ngai_has_late_ones() -> None:
    load("ha-noi", 100)
    assert Report.objects.overdue(DEFAULT_AS_OF).exists()
    assert Report.objects.counted().count() > Report.objects.missing().count()


def test_dien_chau_s_round_has_no_date_and_goes_to_the_commune() -> None:
    load("nghe-an")
    round_ = Round.objects.get()
    assert (round_.deadline_at, round_.receiver.name) == (None, "Xã Diễn Châu")
    assert {report.commune_id for report in round_.reports.all()} == {round_.receiver_id}
    assert len({report.state for report in round_.reports.all()}) >= 4


def test_an_earlier_moment_leaves_what_had_not_begun() -> None:
    load(as_of=DEFAULT_AS_OF - timedelta(days=300))
    assert Round.objects.get(code="tong-ket-2026").state == RoundState.PLANNED
    assert Round.objects.get(code="so-ket-2025").state == RoundState.CLOSED


def test_a_second_run_says_so_and_changes_nothing() -> None:
    load()
    before, said = checksum(), list[str]()
    counts = load_demo(schools=80, seed=9, progress=said.append)
    assert not counts.created
    assert "đã có" in said[0]
    assert checksum() == before


def test_it_refuses_in_production(settings: Any) -> None:
    settings.PORTAL_ENV = "production"
    with pytest.raises(DemoError, match="đang vận hành"):
        load_demo(schools=50, progress=quiet)
    assert not Unit.objects.exists()


def test_it_refuses_a_database_that_holds_something() -> None:
    User.objects.create_user(username="da-co")
    with pytest.raises(DemoError, match="trống"):
        load_demo(schools=50, progress=quiet)


@pytest.mark.parametrize(("options", "word"), [({"schools": 49}, "50"), ({"province": "nowhere"}, "nowhere")])
def test_the_command_says_what_is_wrong(options: dict[str, Any], word: str) -> None:
    with pytest.raises(CommandError, match=word):
        call_command("load_demo", stdout=StringIO(), **options)


def test_the_command_shows_progress_and_the_accounts() -> None:
    out = StringIO()
    call_command("load_demo", schools=50, stdout=out)
    assert "50 trường trên 129 xã, phường" in out.getvalue()
    assert DEMO_PASSWORD in out.getvalue()
    assert all(username in out.getvalue() for username in DEMO_USERS)


def test_the_portal_of_the_demo_has_reminded_already() -> None:
    """The beat that starts after loading finds nothing left to send for the moment of the demo."""
    load("quang-ngai", 100)
    assert Reminder.objects.filter(state="sent").exists()
    assert send_reminders(now=DEFAULT_AS_OF) == ReminderCounts(0, 0, 0, 0)
