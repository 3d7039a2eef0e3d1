"""A school takes its form away as a workbook and brings it back."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from freezegun import freeze_time
from openpyxl import load_workbook

from reports.collection import form_spec
from reports.collection.services import save_draft
from reports.models import Draft, Report, Submission, Value
from reports.sheets import checks
from tests import factories as make
from tests.reports.sheets.books import (
    ANSWERS,
    FIELDS,
    NOW,
    ClientOf,
    cells_of,
    download,
    filled,
    lines,
    opened,
    press,
    saved,
    send,
    sent,
)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW):
        yield


def values_of(submission: Submission) -> dict[tuple[str, str], tuple[int, int]]:
    rows = Value.objects.filter(submission=submission)
    return {(row.indicator.code, row.level): (row.numerator, row.denominator) for row in rows}


def test_the_workbook_is_filled_in_with_what_the_form_knows(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    _book, sheet = opened(download(client_of(open_world.principal), "report_download", open_world.report.pk))
    cells = cells_of(sheet)
    form = form_spec.form_of_draft(open_world.report, Draft.objects.get(pk=open_world.report.pk))
    assert cells["d-1.2-"].value == 30 and cells["d-1.4-TH"].value == 400
    assert cells["n-1.2-"].value is None and cells["n-1.1-"].value is None
    assert {question.name("n", row.level) for question in form.questions for row in question.rows} <= set(cells)
    assert {field.key for field in form.narrative} <= set(cells)


def test_only_the_cells_for_answers_can_be_changed(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    _book, sheet = opened(download(client_of(open_world.principal), "report_download", open_world.report.pk))
    assert sheet.protection.sheet and not sheet.protection.password
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    inputs = {cell.coordinate for cell in cells_of(sheet).values()}
    assert inputs <= unlocked
    merged = {str(cell) for area in sheet.merged_cells.ranges for row in area.rows for cell in row}
    assert len(unlocked - inputs) <= len(merged) + 40  # the rest of the merged cells for words


def test_each_cell_for_a_number_checks_what_is_typed(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    _book, sheet = opened(download(client_of(open_world.principal), "report_download", open_world.report.pk))
    cells = cells_of(sheet)
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    people = rules[cells["n-1.2-"].coordinate]
    n, d = f"${cells['n-1.2-'].coordinate}", f"${cells['d-1.2-'].coordinate}"
    assert people.type == "custom" and f"{n}<={d}" in people.formula1 and f"{n}=INT({n})" in people.formula1
    assert rules[cells["n-1.1-"].coordinate].formula1 == '"Có,Chưa"'
    assert sheet.freeze_panes and sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9


def test_the_colour_of_a_pair_is_asked_of_that_pair(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    _book, sheet = opened(download(client_of(open_world.principal), "report_download", open_world.report.pk))
    cells = cells_of(sheet)
    n, d = cells["n-1.2-"], cells["d-1.2-"]
    area = f"{n.coordinate}:{d.coordinate}"
    found = [
        rule.formula[0]
        for key, rules in sheet.conditional_formatting._cf_rules.items()
        for rule in rules
        if str(key.sqref) == area
    ]
    assert found and any(f"${n.coordinate}>${d.coordinate}" in formula for formula in found)


def test_text_of_the_data_is_never_a_formula(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w = open_world
    type(w.th_a).objects.filter(pk=w.th_a.pk).update(name="=HYPERLINK(1)")
    w.indicators["1.2"].question = "@SUM(A1)"
    w.indicators["1.2"].save()
    draft = Draft.objects.get(pk=w.report.pk)
    said = {"results": "=1+1", "difficulties": "+cmd|x"}
    save_draft(report=w.report, by=w.principal, version=draft.version, values={}, narrative=said)
    content = download(client_of(w.principal), "report_download", w.report.pk)
    _book, sheet = opened(content)
    formulas = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    assert not [formula for formula in formulas if "HYPERLINK" in formula or "=1+1" in formula or "cmd" in formula]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "hyperlink" in name.lower() or "external" in name.lower()]


def test_a_filled_in_workbook_submits_what_the_form_would(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.principal)
    content = download(client, "report_download", w.report.pk)
    address = sent(client, filled(content, {None: ANSWERS}))
    assert Draft.objects.get(pk=w.report.pk).values == {}  # nothing is saved by looking
    assert lines(client, address) == {w.th_a.name: "ready"}
    press(client, address, "nop")
    submission = Submission.objects.get(report=w.report)
    assert submission.submitted_by == w.principal and submission.on_behalf_reason == ""
    expected = {("1.1", ""): (1, 1), ("1.2", ""): (24, 30), ("1.4", "TH"): (380, 400), ("2.1", ""): (0, 1)}
    assert values_of(submission) == expected
    assert submission.narrative["results"] == "Đã triển khai.\nHai lớp học."


def test_the_draft_of_a_workbook_is_the_draft_of_the_form(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.principal)
    address = sent(client, filled(download(client, "report_download", w.report.pk), {None: ANSWERS}))
    press(client, address, "luu")
    by_book = Draft.objects.get(pk=w.report.pk)
    posted = {**FIELDS, "version": by_book.version, "results": ANSWERS["results"]}
    client.post(reverse("collection:draft_save", args=[w.report.pk]), posted)
    by_form = Draft.objects.get(pk=w.report.pk)
    assert (by_book.values, by_book.narrative) == (by_form.values, by_form.narrative)


def test_pressing_twice_gives_the_same_receipt(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.principal)
    address = sent(client, filled(download(client, "report_download", w.report.pk), {None: ANSWERS}))
    press(client, address, "nop")
    receipt = Submission.objects.get(report=w.report).receipt
    press(client, address, "nop")
    assert [one.receipt for one in Submission.objects.filter(report=w.report)] == [receipt]
    page = client.get(address).content.decode()
    assert receipt in page and lines(client, address) == {w.th_a.name: "sent"}


def test_what_is_missing_goes_to_the_draft_only(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.principal)
    address = sent(client, filled(download(client, "report_download", w.report.pk), {None: {"n-1.2-": 24}}))
    assert lines(client, address) == {w.th_a.name: "partial"}
    press(client, address, "nop")
    assert not Submission.objects.filter(report=w.report).exists()
    press(client, address, "luu")
    assert Draft.objects.get(pk=w.report.pk).values["1.2"][""] == {"n": 24, "d": 30}


@pytest.mark.parametrize(
    ("typed", "read"),
    [("1.234", 1234), ("1 234", 1234), (24.0, 24), ("24", 24), ("\u221224", -24)],
)
def test_numbers_are_read_as_on_the_form(
    open_world: SimpleNamespace, client_of: ClientOf, typed: Any, read: int
) -> None:
    w, client = open_world, client_of(open_world.principal)
    answers = {"n-1.2-": typed, "d-1.2-": 5000}
    address = sent(client, filled(download(client, "report_download", w.report.pk), {None: answers}))
    line = client.get(address).context["rows"][0].line
    assert line.form.values["1.2"][""]["n"] == read


@pytest.mark.parametrize("typed", ["12,5", 12.5, 1.234, "24 người", True, "#N/A", "-3", -3, 10**12, "24/30"])
def test_what_is_no_whole_number_is_refused_in_its_cell(
    open_world: SimpleNamespace, client_of: ClientOf, typed: Any
) -> None:
    w, client = open_world, client_of(open_world.principal)
    answers = {**ANSWERS, "n-1.2-": typed}
    address = sent(client, filled(download(client, "report_download", w.report.pk), {None: answers}))
    assert lines(client, address) == {w.th_a.name: "wrong"}
    for button in ("luu", "nop"):
        press(client, address, button)
    assert Draft.objects.get(pk=w.report.pk).version == 0
    _book, sheet = opened(client.get(f"{address}loi/").content)
    cell = cells_of(sheet)["n-1.2-"]
    assert cell.comment is not None and "Mục 2" in cell.comment.text and cell.fill.fgColor.rgb == "FFFDECEA"


def test_a_formula_that_was_never_calculated_is_no_number(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.principal)
    answers = {**ANSWERS, "n-1.2-": "=20+4"}
    address = sent(client, filled(download(client, "report_download", w.report.pk), {None: answers}))
    assert lines(client, address) == {w.th_a.name: "wrong"}


def test_more_than_the_total_is_told_in_the_cell_and_its_correction_is_taken(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    w, client = open_world, client_of(open_world.principal)
    wrong = {**ANSWERS, "n-1.2-": 35, "d-1.2-": 31}
    address = sent(client, filled(download(client, "report_download", w.report.pk), {None: wrong}))
    again = client.get(f"{address}loi/").content
    _book, sheet = opened(again)
    assert "lớn hơn tổng số (31)" in str(cells_of(sheet)["n-1.2-"].comment.text)
    assert cells_of(sheet)["n-1.4-TH"].value == 380 and cells_of(sheet)["n-1.1-"].value == "Có"
    address = sent(client, filled(again, {None: {"n-1.2-": 30}}))
    press(client, address, "nop")
    assert values_of(Submission.objects.get(report=w.report))["1.2", ""] == (30, 31)


def test_what_was_typed_meanwhile_is_shown_and_kept_unless_chosen(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    w, client = open_world, client_of(open_world.principal)
    content = filled(download(client, "report_download", w.report.pk), {None: ANSWERS})
    typed = {"1.2": {"": {"n": 29, "d": 30}}}
    save_draft(report=w.report, by=w.staff_member, version=0, values=typed, narrative={"results": "Của tôi."})
    address = sent(client, content)
    page = client.get(address)
    assert [line.report for line in page.context["conflicts"]] == [w.report]
    assert "29 trên 30" in page.content.decode() and "24 trên 30" in page.content.decode()
    for button in ("luu", "nop"):
        press(client, address, button)
    assert Draft.objects.get(pk=w.report.pk).values["1.2"][""]["n"] == 29
    press(client, address, "luu", overwrite=page.context["conflicts"][0].choice)
    assert Draft.objects.get(pk=w.report.pk).values["1.2"][""]["n"] == 24


def test_a_choice_holds_only_for_the_draft_that_was_shown(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.principal)
    content = filled(download(client, "report_download", w.report.pk), {None: ANSWERS})
    for version, n in ((0, 28), (1, 29)):
        chosen = "" if version == 0 else client.get(address).context["conflicts"][0].choice  # noqa: F821
        typed = {"1.2": {"": {"n": n, "d": 30}}}
        save_draft(report=w.report, by=w.staff_member, version=version, values=typed, narrative={})
        address = sent(client, content) if version == 0 else address  # noqa: F821
    press(client, address, "luu", overwrite=chosen)
    assert Draft.objects.get(pk=w.report.pk).values["1.2"][""]["n"] == 29


def test_the_same_workbook_again_changes_nothing_and_saved_then_submitted_is_no_conflict(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    w, client = open_world, client_of(open_world.principal)
    untouched = download(client, "report_download", w.report.pk)
    assert lines(client, sent(client, untouched)) == {w.th_a.name: "same"}
    content = filled(untouched, {None: ANSWERS})
    press(client, sent(client, content), "luu")
    more = filled(content, {None: {"n-1.2-": 25}})
    address = sent(client, more)
    assert client.get(address).context["conflicts"] == [] and lines(client, address) == {w.th_a.name: "ready"}
    press(client, address, "luu")
    press(client, address, "nop")
    assert values_of(Submission.objects.get(report=w.report))["1.2", ""] == (25, 30)


def test_an_answer_that_was_deleted_from_the_sheet_stays_as_it_was(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    w, client = open_world, client_of(open_world.principal)
    save_draft(
        report=w.report, by=w.principal, version=0, values={"1.2": {"": {"n": 20, "d": 30}}}, narrative={"results": "A"}
    )
    book, sheet = opened(download(client, "report_download", w.report.pk))
    for name in ("n-1.2-", "results"):
        sheet.delete_rows(cells_of(sheet)[name].row)
    address = sent(client, saved(book))
    line = client.get(address).context["rows"][0].line
    assert line.verdict == "same"
    assert line.form.values["1.2"][""]["n"] == 20 and line.form.words["results"] == "A"


def test_a_closed_report_takes_nothing_from_a_workbook(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.principal)
    content = filled(download(client, "report_download", w.report.pk), {None: ANSWERS})
    press(client, sent(client, content), "nop")
    address = sent(client, filled(content, {None: {"n-1.2-": 25}}))
    line = client.get(address).context["rows"][0].line
    assert line.verdict == "closed" and "đang chờ duyệt" in line.reason
    press(client, address, "nop")
    assert Submission.objects.filter(report=w.report).count() == 1
    assert client.get(reverse("sheets:report_download", args=[w.report.pk])).status_code == 302


def test_another_school_s_workbook_is_not_taken(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w = open_world
    content = download(client_of(w.principal), "report_download", w.report.pk)
    book, sheet = opened(content)
    for report_id in (w.report.pk, w.reports[w.thths_a.pk].pk, 999_999):
        sheet.cell(1, 5).value = report_id
        response = send(client_of(w.principal_b), saved(book))
        assert response.status_code == 200
        assert "Tệp không có báo cáo nào mà bạn được điền." in response.content.decode()


def test_what_somebody_else_sent_is_not_found(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w = open_world
    content = download(client_of(w.principal), "report_download", w.report.pk)
    address = sent(client_of(w.principal), filled(content, {None: ANSWERS}))
    for user in (w.staff_member, w.admin, w.principal_b):
        client = client_of(user)
        assert client.get(address).status_code == 404
        assert {press(client, address, button).status_code for button in ("luu", "nop", "bo")} == {404}
    assert Draft.objects.get(pk=w.report.pk).version == 0


def test_dropping_a_file_forgets_it(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.principal)
    address = sent(client, download(client, "report_download", w.report.pk))
    assert press(client, address, "bo").status_code == 302
    assert client.get(address).status_code == 404


def test_a_note_beside_the_cells_says_what_the_rules_find(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.principal)
    typed = {"1.2": {"": {"n": 31, "d": 30}}, "1.4": {"TH": {"n": 1, "d": 4000}}}
    save_draft(report=w.report, by=w.principal, version=0, values=typed, narrative={})
    content = download(client, "report_download", w.report.pk)
    sheet = load_workbook(io.BytesIO(content), data_only=True).active
    said = {str(row[0].value): row[11].value for row in sheet.iter_rows() if row[0].value}  # type: ignore[union-attr]
    assert said["n-1.2-"] == checks.notes()[3]
    assert said["n-1.4-TH"] == checks.notes()[5]
    assert said["n-1.1-"] == "Chưa điền"


def test_the_hour_is_that_of_arrival(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    w, client = open_world, client_of(open_world.principal)
    address = sent(client, filled(download(client, "report_download", w.report.pk), {None: ANSWERS}))
    with freeze_time(make.local(2026, 12, 16, 9)):
        press(client_of(w.principal), address, "nop")
    assert Report.objects.get(pk=w.report.pk).is_late
