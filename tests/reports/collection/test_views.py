from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from reports.models import Draft, Evidence, Report, Submission
from reports.review.services import return_report
from tests import factories as make

ClientOf = Callable[[Any], Client]
FIELDS = {"n-1.1-": "1", "n-1.2-": "24", "d-1.2-": "30", "n-1.4-TH": "380", "d-1.4-TH": "400", "n-2.1-": "0"}
NOW = "2026-11-21 08:30:00+07:00"
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW):
        yield


def url(name: str, *args: Any) -> str:
    return reverse(f"collection:{name}", args=args)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def save(client: Client, report: Report, version: int = 0, **more: Any) -> Any:
    return client.post(url("draft_save", report.pk), {**FIELDS, "version": version, **more})


def submit(client: Client, report: Report) -> Any:
    page = text_of(client, url("report_check", report.pk))
    sent = {"token": hidden(page, "token"), "version": hidden(page, "version")}
    return client.post(url("report_submit", report.pk), sent)


def docx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return buffer.getvalue()


def test_a_principal_reports_without_javascript_from_first_page_to_receipt(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    client, report = client_of(open_world.principal), open_world.report
    assert "Điền báo cáo" in text_of(client, url("report_list"))
    page = text_of(client, url("report_form", report.pk))
    assert 'name="d-1.2-"' in page and 'value="30"' in page and "(còn 23 ngày)" in page
    assert client.post(
        url("draft_save", report.pk), {**FIELDS, "n-1.2-": "31", "version": hidden(page, "version"), "then": "check"}
    ).url == url("report_check", report.pk)
    checked = text_of(client, url("report_check", report.pk))
    assert "Mục 2: số đạt (31) lớn hơn tổng số (30)." in checked and 'name="token"' not in checked
    again = text_of(client, url("report_form", report.pk) + "?loi=1")
    assert 'aria-invalid="true"' in again
    save(client, report, int(hidden(again, "version")), difficulties="Thiếu máy tính.")
    received = submit(client, report)
    submission = Submission.objects.get()
    assert received.url == url("receipt", report.pk, 1)
    receipt = text_of(client, received.url)
    assert submission.receipt in receipt and "21/11/2026 08:30" in receipt and "80,0%" in receipt
    assert "Thiếu máy tính." in text_of(client, url("report_form", report.pk))


def test_a_double_click_shows_the_same_receipt(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(open_world.principal)
    save(client, open_world.report)
    page = text_of(client, url("report_check", open_world.report.pk))
    sent = {"token": hidden(page, "token"), "version": hidden(page, "version")}
    answers = [client.post(url("report_submit", open_world.report.pk), sent).url for _click in range(2)]
    assert answers == [url("receipt", open_world.report.pk, 1)] * 2
    assert Submission.objects.count() == 1


def test_a_second_window_that_submits_too_is_led_to_the_receipt(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    client, report = client_of(open_world.principal), open_world.report
    save(client, report)
    page = text_of(client, url("report_check", report.pk))
    submit(client, report)
    late = client.post(url("report_submit", report.pk), {"token": uuid.uuid4(), "version": hidden(page, "version")})
    assert late.url == url("receipt", report.pk, 1)
    assert Submission.objects.count() == 1


def test_numbers_typed_with_dots_or_blanks_are_read(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    save(client_of(open_world.principal), open_world.report, **{"n-1.4-TH": "1.380", "d-1.4-TH": "1 400"})
    assert Draft.objects.get(pk=open_world.report.pk).values["1.4"]["TH"] == {"n": 1380, "d": 1400}


def test_what_is_no_number_comes_back_as_it_was_typed(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(open_world.principal)
    save(client, open_world.report, **{"n-1.2-": "chừng 20"})
    assert 'value="chừng 20"' in text_of(client, url("report_form", open_world.report.pk))


def test_the_form_asks_only_what_applies(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    kindergarten = open_world.reports[open_world.mn_b.pk]
    page = text_of(client_of(open_world.principal_b), url("report_form", kindergarten.pk))
    assert "n-1.2-" in page and "n-1.4-" not in page


def test_a_school_of_two_levels_answers_for_each(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    principal = make.make_user("hieutruong3", open_world.thths_a)
    page = text_of(client_of(principal), url("report_form", open_world.reports[open_world.thths_a.pk].pk))
    assert 'name="n-1.4-TH"' in page and 'name="n-1.4-THCS"' in page
    assert 'name="d-1.4-THCS" inputmode="numeric" autocomplete="off" maxlength="30" value="200"' in page


def test_an_autosave_answers_with_the_new_version(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(open_world.principal)
    answer = client.post(
        url("draft_save", open_world.report.pk), {**FIELDS, "version": 0}, headers={"Accept": "application/json"}
    )
    assert answer.json() == {"version": 1, "time": "08:30"}


def test_an_autosave_from_another_window_gets_the_difference_and_overwrites_nothing(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    report = open_world.report
    save(client_of(open_world.staff_member), report)
    sent = {**FIELDS, "n-1.2-": "25", "version": 0}
    client = client_of(open_world.principal)
    answer = client.post(url("draft_save", report.pk), sent, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    said = answer.json()
    assert said["version"] == 1 and said["fields"]["n-1.2-"] == "24"
    assert said["differences"] == [{"label": "Mục 2. CT 1.2", "theirs": "24 trên 30", "mine": "25 trên 30"}]
    assert Draft.objects.get(pk=report.pk).values["1.2"][""]["n"] == 24


def test_a_conflict_without_javascript_shows_both_and_keeps_what_was_typed(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    report, client = open_world.report, client_of(open_world.principal)
    save(client_of(open_world.staff_member), report)
    refused = save(client, report, 0, **{"n-1.2-": "25"})
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "24 trên 30" in page and "25 trên 30" in page and 'value="25"' in page
    save(client, report, int(hidden(page, "version")), **{"n-1.2-": "25"})
    assert Draft.objects.get(pk=report.pk).values["1.2"][""]["n"] == 25


def test_the_same_text_from_two_windows_is_no_conflict(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(open_world.principal)
    save(client, open_world.report)
    assert save(client, open_world.report, 0, then="check").status_code == 302


def test_a_late_autosave_is_told_that_the_report_is_in(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client, report = client_of(open_world.principal), open_world.report
    save(client, report)
    submit(client, report)
    late = {"n-1.1-": "0", "version": 2}
    answer = client.post(url("draft_save", report.pk), late, headers={"Accept": "application/json"})
    assert answer.status_code == 410 and "chờ duyệt" in answer.json()["closed"]
    assert Draft.objects.get(pk=report.pk).values["1.1"][""]["n"] == 1


@pytest.mark.parametrize("name", ["draft_save", "report_submit"])
def test_after_signing_in_again_a_lost_post_leads_back(
    open_world: SimpleNamespace, client_of: ClientOf, name: str
) -> None:
    assert client_of(open_world.principal).get(url(name, open_world.report.pk)).status_code == 302
    assert not Submission.objects.exists()


def test_a_returned_report_says_why_and_continues_from_what_was_sent(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    client, report = client_of(open_world.principal), open_world.report
    save(client, report)
    submit(client, report)
    report = Report.objects.get(pk=report.pk)
    return_report(report=report, by=open_world.officer, version=report.version, comment="Kiểm tra mục 2.")
    page = text_of(client, url("report_form", report.pk))
    assert "“Kiểm tra mục 2.”" in page and 'value="24"' in page
    save(client, report, int(hidden(page, "version")), **{"n-1.2-": "29"})
    submit(client, report)
    first, second = Submission.objects.order_by("number")
    assert first.values.get(indicator__code="1.2").numerator == 24
    assert second.values.get(indicator__code="1.2").numerator == 29
    assert "24 trên 30" in text_of(client, url("report_form", report.pk) + "?ban=1")


def test_the_last_round_stands_beside_the_answer(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    earlier = make.make_round(
        open_world.campaign, open_world.department, list(open_world.indicators.values()), name="Sơ kết", year=2025
    )
    old = make.make_report(earlier, open_world.th_a)
    submission = Submission.objects.create(report=old, number=1, receipt="BC-CU", submitted_by=open_world.principal)
    submission.values.create(indicator=open_world.indicators["1.2"], level="", numerator=9, denominator=12)
    Report.objects.filter(pk=old.pk).update(
        state="accepted", current_submission=submission, first_submitted_at=submission.submitted_at
    )
    open_world.round.previous = earlier
    open_world.round.save()
    page = text_of(client_of(open_world.principal), url("report_form", open_world.report.pk))
    assert "Đợt trước: 75,0%" in page


def test_a_commune_sends_its_own_words_over_its_schools_sums(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    own = make.make_report(open_world.round, open_world.commune_a)
    client = client_of(open_world.commune_officer)
    page = text_of(client, url("report_form", own.pk))
    assert "0 / 3 trường đã nộp" in page and "n-1.2-" not in page
    client.post(url("draft_save", own.pk), {"version": 0, "results": "Các trường làm tốt.", "missing": "Mất điện."})
    submit(client, own)
    assert Submission.objects.get(report=own).narrative == {"results": "Các trường làm tốt.", "missing": "Mất điện."}


# --- who may ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["report_form", "report_check"])
def test_a_principal_of_another_school_finds_nothing(
    open_world: SimpleNamespace, client_of: ClientOf, name: str
) -> None:
    client = client_of(open_world.principal_b)
    assert client.get(url(name, open_world.report.pk)).status_code == 404


@pytest.mark.parametrize("name", ["draft_save", "report_submit", "evidence_add"])
def test_only_the_unit_itself_writes(open_world: SimpleNamespace, client_of: ClientOf, name: str) -> None:
    address = url(name, open_world.report.pk)
    for user in (open_world.admin, open_world.officer, open_world.viewer, open_world.commune_officer):
        assert client_of(user).post(address, {**FIELDS, "version": 0}).status_code == 403
    for user in (open_world.principal_b, open_world.commune_officer_b):
        assert client_of(user).post(address, {**FIELDS, "version": 0}).status_code == 404
    assert Draft.objects.get(pk=open_world.report.pk).version == 0


def test_a_viewer_in_the_school_reads_and_does_not_write(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(make.make_user("nguoixem2", open_world.th_a, "viewer"))
    assert "data-autosave" not in text_of(client, url("report_form", open_world.report.pk))
    assert save(client, open_world.report).status_code == 403


def test_what_a_school_has_not_submitted_is_its_own(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    save(client_of(open_world.principal), open_world.report, difficulties="Chưa muốn nói")
    page = text_of(client_of(open_world.officer), url("report_form", open_world.report.pk))
    assert "Chưa có bản nộp" in page and "Chưa muốn nói" not in page


def test_a_receipt_is_shown_in_scope_only(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(open_world.principal)
    save(client, open_world.report)
    address = submit(client, open_world.report).url
    assert client_of(open_world.officer).get(address).status_code == 200
    assert client_of(open_world.principal_b).get(address).status_code == 404


# --- evidence --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("ke-hoach.pdf", PDF, True),
        ("Kế hoạch 45.docx", docx(), True),
        ("anh.jpg", b"\xff\xd8\xff\xe0" + b"0" * 20, True),
        ("anh.png", b"\x89PNG\r\n\x1a\n" + b"0" * 20, True),
        ("trang.pdf", b"<html><script>alert(1)</script>", False),
        ("chuong-trinh.pdf", b"MZ\x90\x00" + b"0" * 40, False),
        ("gia-mao.docx", PDF, False),
        ("nen.docx", b"PK\x03\x04" + b"0" * 40, False),
        ("trong.pdf", b"", False),
    ],
)
def test_evidence_is_known_by_its_content(
    open_world: SimpleNamespace, client_of: ClientOf, name: str, content: bytes, taken: bool
) -> None:
    client = client_of(open_world.principal)
    sent = {**FIELDS, "version": 0, "file": SimpleUploadedFile(name, content)}
    assert client.post(url("evidence_add", open_world.report.pk), sent).status_code == 302
    assert Evidence.objects.filter(name=name).exists() is taken
    assert Draft.objects.get(pk=open_world.report.pk).version == 1


def test_a_file_that_is_too_large_is_refused_and_the_text_kept(
    open_world: SimpleNamespace, client_of: ClientOf, settings: Any
) -> None:
    settings.EVIDENCE_MAX_BYTES = 10
    client = client_of(open_world.principal)
    sent = {**FIELDS, "version": 0, "file": SimpleUploadedFile("a.pdf", PDF)}
    client.post(url("evidence_add", open_world.report.pk), sent)
    assert not Evidence.objects.exists()
    assert Draft.objects.get(pk=open_world.report.pk).values["1.2"][""]["n"] == 24


def test_evidence_of_a_submission_stays_with_it_when_it_is_taken_off(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    client, report = client_of(open_world.principal), open_world.report
    client.post(
        url("evidence_add", report.pk), {**FIELDS, "version": 0, "file": SimpleUploadedFile("ke-hoach.pdf", PDF)}
    )
    submit(client, report)
    evidence = Evidence.objects.get()
    refused = client.post(url("evidence_remove", evidence.pk))
    assert refused.status_code == 302
    evidence.refresh_from_db()
    assert evidence.removed_at is None
    report = Report.objects.get(pk=report.pk)
    return_report(report=report, by=open_world.officer, version=report.version, comment="Xem lại.")
    client.post(url("evidence_remove", evidence.pk))
    assert not report.evidence.filter(removed_at__isnull=True).exists()
    given = client.get(url("evidence_download", evidence.pk))
    assert b"".join(given.streaming_content) == PDF
    assert given["Content-Disposition"].startswith("attachment")


def test_evidence_never_submitted_is_gone_once_removed(
    open_world: SimpleNamespace, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_of(open_world.principal)
    sent = {**FIELDS, "version": 0, "file": SimpleUploadedFile("danh-sach.pdf", PDF)}
    client.post(url("evidence_add", open_world.report.pk), sent)
    evidence = Evidence.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("evidence_remove", evidence.pk))
    assert not evidence.file.storage.exists(evidence.file.name)
    assert client.get(url("evidence_download", evidence.pk)).status_code == 404


def test_evidence_of_another_school_is_not_found(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(open_world.principal)
    sent = {**FIELDS, "version": 0, "file": SimpleUploadedFile("ke-hoach.pdf", PDF)}
    client.post(url("evidence_add", open_world.report.pk), sent)
    outsider, evidence = client_of(open_world.principal_b), Evidence.objects.get()
    assert outsider.get(url("evidence_download", evidence.pk)).status_code == 404
    assert outsider.post(url("evidence_remove", evidence.pk)).status_code == 404


# --- the list --------------------------------------------------------------------------------


def test_the_list_costs_the_same_with_one_row_and_with_four(
    open_world: SimpleNamespace, client_of: ClientOf, django_assert_num_queries: Any
) -> None:
    client = client_of(open_world.officer)
    client.get(url("report_list"))
    for words in ("?q=gia+lam", ""):
        with django_assert_num_queries(LIST_QUERIES):
            assert client.get(url("report_list") + words).status_code == 200


LIST_QUERIES = 7


@pytest.mark.parametrize(
    ("words", "count"),
    [("?q=phat+diem", 1), ("?trang-thai=draft", 1), ("?trang-thai=not_started", 3), ("?trang-thai=overdue", 0)],
)
def test_the_list_is_narrowed_by_words_and_state(
    open_world: SimpleNamespace, client_of: ClientOf, words: str, count: int
) -> None:
    save(client_of(open_world.principal), open_world.report)
    assert f"{count} báo cáo" in text_of(client_of(open_world.officer), url("report_list") + words)


def test_a_commune_lists_what_stands_in_it(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    page = text_of(client_of(open_world.commune_officer), url("report_list"))
    assert "Trường THPT Gia Viễn A" in page and "Trường MN Phát Diệm" not in page
