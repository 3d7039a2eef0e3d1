"""A commune or the department fills in the reports of many schools in one workbook."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from accounts.models import AuditEntry
from reports.collection import form_spec
from reports.collection.entrusting import entrust_report
from reports.collection.services import save_draft
from reports.models import Draft, Report, Submission
from reports.sheets import filling, services
from reports.sheets.selectors import fillable_reports
from schools.scope import Scope
from schools.selectors import scope_of
from tests import factories as make
from tests.access.stage import submit
from tests.conftest import open_round_of
from tests.reports.sheets.books import (
    ANSWERS,
    NOW,
    ClientOf,
    cells_of,
    download,
    filled,
    lines,
    opened,
    press,
    saved,
    sent,
)

TWO_LEVELS = {"n-1.1-": "Có", "n-1.2-": 45, "n-1.4-TH": 290, "n-1.4-THCS": 150, "n-2.1-": "Chưa"}
# Who asks, in which scope; the round, its indicators and targets; then once for every five hundred reports.
PREVIEW_QUERIES = 11
WHY = "Trường mất mạng, báo số qua điện thoại"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW):
        yield


def both(w: SimpleNamespace, content: bytes) -> bytes:
    """The commune's two schools, complete."""
    return filled(content, {w.report.pk: ANSWERS, w.reports[w.thths_a.pk].pk: TWO_LEVELS})


def test_each_row_is_the_form_of_its_school(world: SimpleNamespace) -> None:
    w = world
    w.round.previous = make.make_round(w.campaign, w.department, list(w.indicators.values()), year=2025)
    w.round.save()
    w.indicators["2.1"].rarely_changes = True
    w.indicators["2.1"].save()
    before = make.make_report(w.round.previous, w.thths_a)
    type(w.round).objects.filter(pk=w.round.previous_id).update(
        state="open", opened_at=timezone.now(), school_year=2025
    )
    submit(Report.objects.get(pk=before.pk), make.make_user("ht3", w.thths_a))
    # Another round of the same year asks the high school the same: what it said there stands in both forms.
    other = make.make_round(w.campaign, w.department, [w.indicators["1.2"]], name="Chuyên đề")
    type(other).objects.filter(pk=other.pk).update(state="open", opened_at=timezone.now())
    same = make.make_report(other, w.thpt_a)
    submit(Report.objects.get(pk=same.pk), make.make_user("ht4", w.thpt_a))
    open_round_of(w)
    typed = {"1.4": {"TH": {"n": 5, "d": 6}}}
    save_draft(report=w.report, by=w.principal, version=0, values=typed, narrative={"models": "A"})
    reports = fillable_reports(scope_of(w.officer), w.round, timezone.now())
    found = list(filling.forms_of(w.round, reports))
    assert [report.unit_id for report, _form in found] == [report.unit_id for report in reports]
    assert len(found) == 4
    for report, form in found:
        assert form == form_spec.form_of_draft(report, Draft.objects.get(pk=report.pk))


@pytest.mark.parametrize("more", [0, 6])
def test_a_list_asks_the_database_as_often_for_many_schools(
    world: SimpleNamespace, client_of: ClientOf, more: int
) -> None:
    for number in range(more):
        school = make.make_school(f"Trường {number}", ["TH"], commune=world.commune_b, manager=world.commune_b)
        make.make_headcounts(school, 2026, staff=10 + number, TH=100)
    w = open_round_of(world)
    reports = fillable_reports(scope_of(w.officer), w.round, timezone.now())
    with CaptureQueriesContext(connection) as asked:
        assert len(list(filling.forms_of(w.round, reports))) == 4 + more
    assert len(asked) == 5


@pytest.mark.parametrize("more", [0, 6])
def test_a_preview_asks_the_database_as_often_for_many_schools(
    world: SimpleNamespace, client_of: ClientOf, more: int
) -> None:
    for number in range(more):
        make.make_school(f"Trường {number}", ["TH"], commune=world.commune_b, manager=world.commune_b)
    w = open_round_of(world)
    client = client_of(w.officer)
    address = sent(client, download(client, "round_download", w.round.pk))
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert len(lines(client, address)) == 4 + more
    assert len(asked) == PREVIEW_QUERIES


def test_a_commune_has_the_schools_that_it_manages(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w = open_world
    _book, sheet = opened(download(client_of(w.commune_officer), "round_download", w.round.pk))
    listed = {sheet.cell(row, 1).value for row in range(7, sheet.max_row + 1)}
    assert listed == {w.report.pk, w.reports[w.thths_a.pk].pk}
    _book, sheet = opened(download(client_of(w.officer), "round_download", w.round.pk))
    assert sheet.max_row - 6 == 4
    _book, sheet = opened(download(client_of(w.officer), "round_download", w.round.pk, xa=w.commune_a.pk))
    assert sheet.max_row - 6 == 3


def test_what_is_not_asked_of_a_school_is_locked(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w = open_world
    _book, sheet = opened(download(client_of(w.officer), "round_download", w.round.pk))
    kindergarten = cells_of(sheet, w.reports[w.mn_b.pk].pk)
    assert kindergarten["n-1.4-TH"].protection.locked and not kindergarten["n-1.2-"].protection.locked
    assert sheet.freeze_panes == "E7" and sheet.column_dimensions["A"].hidden and sheet.row_dimensions[2].hidden


def test_nothing_is_entered_for_schools_without_a_reason(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.commune_officer)
    address = sent(client, both(w, download(client, "round_download", w.round.pk)))
    assert lines(client, address) == {w.th_a.name: "ready", w.thths_a.name: "ready"}
    for button in ("luu", "nop"):
        refused = press(client, address, button)
        assert refused.status_code == 400 and "Chọn hoặc viết lý do nhập thay." in refused.content.decode()
    assert not Submission.objects.exists() and not Draft.objects.filter(version__gt=0).exists()


def test_one_reason_stands_in_every_report_of_the_file(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.commune_officer)
    address = sent(client, both(w, download(client, "round_download", w.round.pk)))
    answer = press(client, address, "nop", choice="mang", reason="Bà Hiền báo")
    assert answer.status_code == 302
    found = Submission.objects.order_by("report_id")
    assert [one.report.unit for one in found] == [w.th_a, w.thths_a]
    assert {one.on_behalf_reason for one in found} == {f"{WHY}. Bà Hiền báo"}
    assert {one.submitted_by for one in found} == {w.commune_officer}
    receipts = {one.receipt for one in found}
    press(client, address, "nop", choice="mang")
    assert {one.receipt for one in Submission.objects.all()} == receipts
    page = client.get(address).content.decode()
    assert all(receipt in page for receipt in receipts)


def test_saved_into_the_drafts_they_are_submitted_afterwards(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.commune_officer)
    address = sent(client, both(w, download(client, "round_download", w.round.pk)))
    press(client, address, "luu", choice="dien")
    draft = Draft.objects.get(pk=w.report.pk)
    assert draft.values["1.2"][""]["n"] == 24
    assert draft.entrusted_to == draft.saved_by == w.commune_officer
    assert AuditEntry.objects.filter(action="workbook.save").count() == 2
    assert lines(client, address) == {w.th_a.name: "ready", w.thths_a.name: "ready"}
    press(client, address, "nop", choice="dien")
    assert Submission.objects.count() == 2


def test_a_school_s_own_complete_draft_is_not_submitted_by_an_untouched_file(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    w, client = open_world, client_of(open_world.commune_officer)
    values = {
        "1.1": {"": {"n": 1, "d": 1}},
        "1.2": {"": {"n": 24, "d": 30}},
        "1.4": {"TH": {"n": 380, "d": 400}},
        "2.1": {"": {"n": 0, "d": 1}},
    }
    save_draft(report=w.report, by=w.principal, version=0, values=values, narrative={})
    address = sent(client, download(client, "round_download", w.round.pk))
    assert lines(client, address)[w.th_a.name] == "same"
    press(client, address, "nop", choice="mang")
    assert not Submission.objects.exists()


def test_rows_of_schools_of_others_are_told_by_number_and_not_read(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    w, client = open_world, client_of(open_world.commune_officer)
    whole = download(client_of(w.officer), "round_download", w.round.pk)
    others = [w.reports[w.thpt_a.pk].pk, w.reports[w.mn_b.pk].pk]
    content = filled(whole, {w.report.pk: ANSWERS, others[0]: {"n-1.2-": 70}, others[1]: {"n-1.2-": 15}})
    address = sent(client, content)
    page = client.get(address)
    assert page.context["unknown"] == 2 and w.mn_b.name not in page.content.decode()
    press(client, address, "luu", choice="mang")
    press(client, address, "nop", choice="mang")
    assert {one.report_id for one in Submission.objects.all()} == {w.report.pk}
    assert not Draft.objects.filter(pk__in=others, version__gt=0).exists()


def test_a_user_who_lost_the_right_meanwhile_takes_nothing(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.commune_officer)
    address = sent(client, both(w, download(client, "round_download", w.round.pk)))
    w.commune_officer.memberships.update(unit=w.commune_b)
    press(client, address, "nop", choice="mang")
    assert not Submission.objects.exists()
    w.commune_officer.memberships.update(role="viewer")
    assert press(client, address, "nop", choice="mang").status_code == 403


def test_one_report_in_two_rows_is_taken_from_neither(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.commune_officer)
    book, sheet = opened(both(w, download(client, "round_download", w.round.pk)))
    sheet.append([cell.value for cell in sheet[cells_of(sheet, w.report.pk)["n-1.1-"].row]])
    sheet.append([None, None, "thêm", "Trường thêm tay"])
    address = sent(client, saved(book))
    page = client.get(address)
    wrong = [shown.line for shown in page.context["rows"] if shown.line.verdict == "wrong"]
    assert [line.report for line in wrong] == [w.report, w.report] and "hơn một dòng" in wrong[0].reason
    assert len(page.context["strays"]) == 1
    press(client, address, "nop", choice="mang")
    assert {one.report.unit for one in Submission.objects.all()} == {w.thths_a}


def test_errors_come_back_in_the_cells_of_their_schools(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.commune_officer)
    second = w.reports[w.thths_a.pk]
    content = filled(both(w, download(client, "round_download", w.round.pk)), {second.pk: {"n-1.4-THCS": 250}})
    address = sent(client, content)
    assert lines(client, address) == {w.th_a.name: "ready", w.thths_a.name: "wrong"}
    _book, sheet = opened(client.get(f"{address}loi/").content)
    cell = cells_of(sheet, second.pk)["n-1.4-THCS"]
    assert cell.comment is not None and "lớn hơn tổng số (200)" in cell.comment.text
    assert cells_of(sheet, w.report.pk)["n-1.2-"].comment is None
    assert cells_of(sheet, w.report.pk)["n-1.2-"].value == 24


def test_a_school_that_another_officer_types_for_is_left_alone(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    w, client = open_world, client_of(open_world.commune_officer)
    content = both(w, download(client, "round_download", w.round.pk))
    entrust_report(report=w.report, by=w.officer, reason="Gọi điện.")
    address = sent(client, content)
    assert lines(client, address) == {w.th_a.name: "closed", w.thths_a.name: "ready"}
    press(client, address, "nop", choice="mang")
    assert {one.report.unit for one in Submission.objects.all()} == {w.thths_a}


def test_what_takes_too_long_for_one_press_goes_on_with_the_next(
    open_world: SimpleNamespace, client_of: ClientOf, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    w, client = open_world, client_of(open_world.commune_officer)
    address = sent(client, both(w, download(client, "round_download", w.round.pk)))
    monkeypatch.setattr(services, "LONGEST_SECONDS", 0.0)
    for done in (1, 2):
        press(client, address, "nop", choice="mang")
        assert Submission.objects.count() == done


def test_an_outsider_has_no_list(open_world: SimpleNamespace) -> None:
    nobody = Scope(user_id=1, role="viewer", unit_id=open_world.department.pk, unit_kind="department")
    assert not fillable_reports(nobody, open_world.round, timezone.now()).exists()
    closed = open_world.round
    type(closed).objects.filter(pk=closed.pk).update(state="closed", closed_at=timezone.now())
    closed.refresh_from_db()
    assert not fillable_reports(scope_of(open_world.officer), closed, timezone.now()).exists()


def test_a_draft_changed_between_the_page_and_the_press_is_not_overwritten(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    w, client = open_world, client_of(open_world.commune_officer)
    address = sent(client, both(w, download(client, "round_download", w.round.pk)))
    assert client.get(address).context["ready"] == 2
    typed = {"1.2": {"": {"n": 29, "d": 30}}}
    save_draft(report=w.report, by=w.principal, version=0, values=typed, narrative={})
    press(client, address, "nop", choice="mang")
    assert {one.report.unit for one in Submission.objects.all()} == {w.thths_a}
    assert Draft.objects.get(pk=w.report.pk).values["1.2"][""]["n"] == 29
    assert reverse("collection:report_form", args=[w.report.pk]) in client.get(address).content.decode()
