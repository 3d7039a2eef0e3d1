"""Duties that are asked without a date, and units of which no report is asked: said so, and never overdue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from freezegun import freeze_time
from rest_framework.test import APIClient

from accounts.models import User
from reports.completion.services import compute_completion
from reports.models import Reminder, ReminderStep, Report
from reports.reminders.services import send_reminders
from reports.rounds import services as rounds
from tests import factories as make
from tests.access.stage import submit

SignIn = Callable[[User], Client]
# Long after everything: whatever could be overdue is.
LATE = make.local(2030, 1, 15, 9)


@pytest.fixture(autouse=True)
def years_later() -> Iterator[None]:
    with freeze_time(LATE):
        yield


@pytest.fixture
def dateless(world: SimpleNamespace) -> SimpleNamespace:
    """One open round without a date, which asks the schools of commune A; of the others nothing is asked."""
    w = world
    w.round = make.make_round(
        w.campaign, w.department, list(w.indicators.values()), deadline_on=None, audience_all=False, name="Tự theo dõi"
    )
    w.round.audiences.create(wording="Các trường trong xã", unit_kind="school", commune=w.commune_a)
    rounds.open_round(round=w.round, by=w.admin, now=make.local(2026, 11, 1, 8))
    compute_completion(round_id=w.round.pk)
    w.report = Report.objects.get(round=w.round, unit=w.th_a)
    return w


def words_of(response: Any) -> str:
    html = response.content.decode().split("<main", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# Who looks where, and what stands there of a duty without a date.
PLACES = {
    "home of the school": ("principal", "/", "Không ấn định hạn nộp"),
    "list of the school": ("principal", "/bao-cao/", "Không có hạn"),
    "form": ("principal", "/bao-cao/{report}/", "Tự theo dõi"),
    "list of the department": ("officer", "/bao-cao/", "Không có hạn"),
    "dashboard": ("officer", "/bang-dieu-khien/?dot={round}", "hông ấn định hạn"),
    "page of the commune": ("commune_officer", "/?dot={round}", "không ấn định hạn"),
    "page of the round": ("officer", "/dot-bao-cao/{round}/", "Không ấn định"),
    "list of rounds": ("principal", "/dot-bao-cao/", "Không ấn định ngày"),
}


@pytest.mark.parametrize("place", PLACES)
def test_without_a_date_each_place_says_so_and_nothing_is_overdue(
    dateless: SimpleNamespace, client_of: SignIn, place: str
) -> None:
    who, address, said = PLACES[place]
    address = address.format(report=dateless.report.pk, round=dateless.round.pk)
    text = words_of(client_of(getattr(dateless, who)).get(address))
    assert said in text
    # Tabs and choices name the state; a count beside it, or days, would say that something is.
    assert not re.search(r"[Qq]uá hạn [1-9]|[Qq]uá hạn \(?[1-9]|đã quá hạn nộp|chậm \d+ ngày|muộn \d+", text), text


OVERDUE_LISTS = {
    "list of reports": ("officer", "/bao-cao/?trang-thai=overdue", "Trường TH Gia Viễn"),
    "schools behind a figure": (
        "officer",
        "/bang-dieu-khien/don-vi/?dot={round}&trang-thai=overdue",
        "Trường TH Gia Viễn",
    ),
}


@pytest.mark.parametrize("place", OVERDUE_LISTS)
def test_lists_of_what_is_overdue_do_not_hold_it(dateless: SimpleNamespace, client_of: SignIn, place: str) -> None:
    who, address, name = OVERDUE_LISTS[place]
    text = words_of(client_of(getattr(dateless, who)).get(address.format(round=dateless.round.pk)))
    assert name not in text


def test_the_dashboard_counts_and_offers_nothing_overdue(dateless: SimpleNamespace, client_of: SignIn) -> None:
    page = client_of(dateless.officer).get("/bang-dieu-khien/", {"dot": dateless.round.pk}).context["page"]
    assert (page.submission.overdue, page.submission.missing) == (0, 3)
    assert "overdue" not in {group.key for group in page.chase.groups if group.count}


def test_nobody_is_reminded_by_itself_of_what_has_no_date(dateless: SimpleNamespace) -> None:
    assert not ReminderStep.objects.filter(round=dateless.round, due_at__isnull=False).exists()
    send_reminders(now=LATE)
    assert not Reminder.objects.filter(round=dateless.round).exists()


def test_the_api_gives_no_deadline_and_calls_nothing_late(
    dateless: SimpleNamespace, api_of: Callable[[User], APIClient]
) -> None:
    client = api_of(dateless.principal)
    (report,) = client.get("/api/v1/reports/").json()["results"]
    assert (report["deadline_at"], report["is_late"]) == (None, False)
    (round_,) = client.get("/api/v1/rounds/").json()["results"]
    assert (round_["deadline_at"], round_["last_day"]) == (None, None)


NOT_ASKED = {
    "home of the school": ("principal_b", "/", "Trường không có việc nào phải làm"),
    "list of the school": ("principal_b", "/bao-cao/", "Chưa có báo cáo"),
    "page of the commune": ("commune_officer_b", "/", "Chưa có đợt báo cáo"),
    "list of rounds": ("principal_b", "/dot-bao-cao/", "Chưa có đợt báo cáo nào"),
}


@pytest.mark.parametrize("place", NOT_ASKED)
def test_of_whom_nothing_is_asked_it_is_said_so(dateless: SimpleNamespace, client_of: SignIn, place: str) -> None:
    who, address, said = NOT_ASKED[place]
    text = words_of(client_of(getattr(dateless, who)).get(address))
    assert said in text
    assert "quá hạn" not in text.lower() or place.startswith("list")


def test_a_submission_years_later_is_on_time(dateless: SimpleNamespace) -> None:
    report = Report.objects.select_related("unit", "round").get(pk=dateless.report.pk)
    submit(report, dateless.principal)
    assert not Report.objects.get(pk=report.pk).is_late
