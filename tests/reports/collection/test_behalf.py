"""An officer types for a school that cannot, with the reason, and it is said everywhere."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from accounts.models import AuditEntry
from reports.collection.errors import ReportClosed
from reports.collection.services import submit_report
from reports.models import Draft, Report, Submission
from schools.models import Membership
from tests import factories as make

ClientOf = Callable[[Any], Client]
NOW = make.local(2026, 11, 21, 8, 30)
WHY = "Trường mất mạng, báo số qua điện thoại"
FIELDS = {"n-1.1-": "1", "n-1.2-": "24", "d-1.2-": "30", "n-1.4-TH": "380", "d-1.4-TH": "400", "n-2.1-": "0"}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW):
        yield


def url(name: str, *args: Any) -> str:
    return reverse(f"collection:{name}", args=args)


def take_over(client: Client, report: Report, **more: Any) -> Any:
    return client.post(url("report_behalf", report.pk), {"choice": "mang", **more})


def fill(client: Client, report: Report) -> Any:
    version = Draft.objects.get(pk=report.pk).version
    return client.post(url("draft_save", report.pk), {**FIELDS, "version": version, "then": "check"})


def submit(client: Client, report: Report, token: str = "") -> Any:
    sent = {"token": token or str(uuid.uuid4()), "version": Draft.objects.get(pk=report.pk).version}
    return client.post(url("report_submit", report.pk), sent)


def entered(client: Client, report: Report) -> Submission:
    take_over(client, report)
    fill(client, report)
    submit(client, report)
    return Submission.objects.get(report=report)


@pytest.mark.parametrize("role", ["officer", "admin", "commune_officer"])
def test_an_officer_fills_in_and_submits_with_the_reason(
    open_world: SimpleNamespace, client_of: ClientOf, role: str
) -> None:
    user = getattr(open_world, role)
    client, report = client_of(user), open_world.report
    assert url("report_behalf", report.pk) in client.get(url("report_form", report.pk)).content.decode()
    assert take_over(client, report).url == url("report_form", report.pk)
    page = client.get(url("report_form", report.pk)).content.decode()
    assert "Bạn đang nhập thay Trường TH Gia Viễn" in page and WHY in page and 'name="n-1.2-"' in page
    assert fill(client, report).url == url("report_check", report.pk)
    assert "Bạn đang nhập thay" in client.get(url("report_check", report.pk)).content.decode()
    assert submit(client, report).url == url("receipt", report.pk, 1)
    submission = Submission.objects.get(report=report)
    assert (submission.submitted_by, submission.on_behalf_reason) == (user, WHY)
    assert AuditEntry.objects.get(action="report.submit").reason == WHY


def test_the_reason_is_required_and_may_be_in_own_words(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client, report = client_of(open_world.officer), open_world.report
    refused = take_over(client, report, choice="", reason="  ")
    assert refused.status_code == 400 and "Chọn hoặc viết lý do nhập thay." in refused.content.decode()
    assert Draft.objects.get(pk=report.pk).entrusted_to is None
    take_over(client, report, reason="Văn thư trường gọi lúc 8 giờ")
    draft = Draft.objects.get(pk=report.pk)
    assert draft.entrusted_reason == f"{WHY}. Văn thư trường gọi lúc 8 giờ"
    entry = AuditEntry.objects.get(action="report.entrust")
    assert (entry.actor, entry.reason) == (open_world.officer, draft.entrusted_reason)


@pytest.mark.parametrize("role", ["other_officer", "commune_officer", "viewer"])
def test_what_is_entrusted_to_one_officer_is_closed_to_the_others(
    open_world: SimpleNamespace, client_of: ClientOf, api_of: Any, role: str
) -> None:
    report, user = open_world.report, getattr(open_world, role)
    take_over(client_of(open_world.officer), report)
    other = client_of(user)
    assert 'name="n-1.2-"' not in other.get(url("report_form", report.pk)).content.decode()
    assert other.get(url("report_check", report.pk)).status_code == 403
    assert fill(other, report).status_code == 403 and submit(other, report).status_code == 403
    assert api_of(user).get(f"/api/v1/reports/{report.pk}/draft/").status_code == 403
    assert Draft.objects.get(pk=report.pk).version == 0 and not Submission.objects.exists()


def test_nobody_types_for_a_school_without_taking_it_over(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(open_world.officer)
    assert fill(client, open_world.report).status_code == 403
    assert submit(client, open_world.report).status_code == 403


def test_a_commune_types_only_for_schools_it_manages_and_nobody_for_a_commune(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    high_school = open_world.reports[open_world.thpt_a.pk]
    assert take_over(client_of(open_world.commune_officer), high_school).status_code == 403
    communes = make.make_report(open_world.round, open_world.commune_a)
    assert take_over(client_of(open_world.officer), communes).status_code == 403


def test_an_officer_who_moved_away_no_longer_types(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = open_world.report, client_of(open_world.commune_officer)
    take_over(client, report)
    Membership.objects.filter(user=open_world.commune_officer).update(unit=open_world.commune_b)
    assert fill(client, report).status_code == 404


def test_a_second_officer_is_told_before_taking_over(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, second = open_world.report, client_of(open_world.other_officer)
    take_over(client_of(open_world.officer), report)
    refused = take_over(second, report)
    page = refused.content.decode()
    assert refused.status_code == 409 and "chuyenvien (Phòng Công tác học sinh, sinh viên) đang nhập thay" in page
    assert Draft.objects.get(pk=report.pk).entrusted_to == open_world.officer
    take_over(second, report, instead_of=open_world.officer.pk)
    assert Draft.objects.get(pk=report.pk).entrusted_to == open_world.other_officer
    assert AuditEntry.objects.filter(action="report.entrust").first().before == {"to": "chuyenvien"}  # type: ignore[union-attr]
    assert fill(client_of(open_world.officer), report).status_code == 403


def test_it_can_be_given_back(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = open_world.report, client_of(open_world.officer)
    take_over(client, report)
    client_of(open_world.other_officer).post(url("behalf_end", report.pk))
    assert Draft.objects.get(pk=report.pk).entrusted_to == open_world.officer
    client.post(url("behalf_end", report.pk))
    draft = Draft.objects.get(pk=report.pk)
    assert (draft.entrusted_to, draft.entrusted_reason) == (None, "")
    assert AuditEntry.objects.filter(action="report.give_back").count() == 1
    assert fill(client, report).status_code == 403


def test_the_school_still_fills_in_and_two_people_overwrite_nobody(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    report, officer, school = open_world.report, client_of(open_world.officer), client_of(open_world.principal)
    take_over(officer, report)
    page = school.get(url("report_form", report.pk)).content.decode()
    assert "chuyenvien (Phòng Công tác học sinh, sinh viên) đang nhập thay" in page and WHY in page
    school.post(url("draft_save", report.pk), {**FIELDS, "version": 0})
    late = officer.post(url("draft_save", report.pk), {**FIELDS, "n-1.2-": "29", "version": 0})
    assert late.status_code == 409 and "29" in late.content.decode()
    assert Draft.objects.get(pk=report.pk).values["1.2"][""]["n"] == 24


def test_a_submit_of_the_school_itself_is_not_on_behalf_and_ends_it(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    report, school = open_world.report, client_of(open_world.principal)
    take_over(client_of(open_world.officer), report)
    fill(school, report)
    submit(school, report)
    draft = Draft.objects.get(pk=report.pk)
    assert Submission.objects.get(report=report).on_behalf_reason == ""
    assert (draft.entrusted_to, draft.entrusted_reason) == (None, "")


def test_the_same_token_gives_the_officer_the_same_receipt(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client, token = open_world.report, client_of(open_world.officer), str(uuid.uuid4())
    take_over(client, report)
    fill(client, report)
    assert submit(client, report, token).url == submit(client, report, token).url
    assert Submission.objects.filter(report=report).count() == 1


def test_what_was_given_back_in_the_meantime_is_not_submitted(open_world: SimpleNamespace) -> None:
    values: dict[str, Any] = {"1.1": {"": {"n": 1}}, "1.2": {"": {"n": 24}}, "2.1": {"": {"n": 0}}}
    values["1.4"] = {"TH": {"n": 380}}
    with pytest.raises(ReportClosed, match="không còn nhập thay"):
        submit_report(
            report=open_world.report,
            by=open_world.officer,
            token=uuid.uuid4(),
            values=values,
            narrative={},
            on_behalf_reason=WHY,
        )
    assert not Submission.objects.exists()


def test_it_is_labelled_everywhere(open_world: SimpleNamespace, client_of: ClientOf, api_of: Any) -> None:
    report, officer, school = open_world.report, client_of(open_world.officer), client_of(open_world.principal)
    take_over(officer, report)
    assert "chuyenvien đang nhập thay trường. Lý do: " + WHY in school.get("/").content.decode()
    assert "nhập thay" in officer.get(url("report_list")).content.decode()
    fill(officer, report)
    submit(officer, report)
    assert f"chuyenvien nhập thay trường: {WHY}" in school.get("/").content.decode()
    shown = school.get(url("report_form", report.pk)).content.decode()
    assert "Bản 1 do chuyenvien nhập thay" in shown and f"chuyenvien nhập thay: {WHY}" in shown
    assert "nhập thay</span>" in school.get(url("report_list")).content.decode()
    assert f"chuyenvien nhập thay đơn vị. Lý do: {WHY}" in school.get(url("receipt", report.pk, 1)).content.decode()
    found = api_of(open_world.principal).get(f"/api/v1/reports/{report.pk}/").json()
    assert found["submission"]["on_behalf_reason"] == WHY


def test_it_stands_in_the_workbook(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    officer = client_of(open_world.officer)
    entered(officer, open_world.report)
    answer = officer.get(reverse("dashboards:export"), {"dot": open_world.round.pk})
    content = b"".join(answer) if answer.streaming else answer.content
    sheet = openpyxl.load_workbook(BytesIO(content))["Đơn vị"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if "Nhập thay" in row)
    assert [row[head.index("Nhập thay")] for row in rows if "Trường TH Gia Viễn" in row] == [WHY]


def test_over_the_api_an_entrusted_officer_submits_on_behalf(
    open_world: SimpleNamespace, client_of: ClientOf, api_of: Any
) -> None:
    report = open_world.report
    take_over(client_of(open_world.officer), report)
    answers = {("1.1", ""): 1, ("1.2", ""): 24, ("1.4", "TH"): 380, ("2.1", ""): 0}
    values = {code: {level: {"n": n, "d": None}} for (code, level), n in answers.items()}
    answer = api_of(open_world.officer).post(
        f"/api/v1/reports/{report.pk}/submit/", {"token": str(uuid.uuid4()), "values": values}, format="json"
    )
    assert answer.json()["on_behalf_reason"] == WHY
