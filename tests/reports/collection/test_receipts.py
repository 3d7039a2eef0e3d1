from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from freezegun import freeze_time

from accounts import attempts
from accounts.models import User
from reports.collection import receipts
from reports.models import Report, Submission
from reports.review.services import return_report
from tests import factories as make

ClientOf = Callable[[User], Client]
Submit = Callable[..., Report]
ADDRESS = "/bien-nhan/"


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


@pytest.fixture
def sent(submit: Submit) -> Submission:
    report = submit("th_a")
    assert report.current_submission is not None
    return report.current_submission


def words_of(response: Any) -> str:
    html = response.content.decode().split("<main", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize(
    "typed",
    [
        "BC-2026-000123-1-ACDE",
        "bc-2026-000123-1-acde",
        "  BC 2026 000123 1 ACDE ",
        "BC20260001231ACDE",
        "2026-000123-1-ACDE",
        "BC–2O26–OOO123–l–acde",
        "BC.2026.000I23.1.ACDE",
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert "BC-2026-000123-1-ACDE" in receipts.possible_codes(typed)


@pytest.mark.parametrize(
    "typed", ["", "BC", "ABCD", "BC-2026-ACDE", "BC-2026-000123-ACDE", "BC-2026-000123-1-AOOO", "x" * 500, "\x00'--"]
)
def test_what_is_no_code_asks_nothing_of_the_database(typed: str) -> None:
    assert receipts.possible_codes(typed) == []


@pytest.mark.parametrize(("report_id", "number"), [(1, 1), (999_999, 12), (1_234_567, 1), (12_345_678, 3)])
def test_a_code_that_was_made_is_found_again_without_its_dashes(report_id: int, number: int) -> None:
    code = receipts.receipt_number(year=2026, report_id=report_id, number=number)
    assert code in receipts.possible_codes(code)
    assert code in receipts.possible_codes(code.replace("-", "").lower())


@pytest.mark.parametrize("who", ["principal", "principal_b", "commune_officer_b", "officer", "viewer"])
def test_whoever_is_signed_in_learns_what_was_received_and_when(
    open_world: SimpleNamespace, sent: Submission, client_of: ClientOf, who: str
) -> None:
    text = words_of(client_of(getattr(open_world, who)).get(ADDRESS, {"ma": sent.receipt.lower().replace("-", " ")}))
    for words in ("Trường TH Gia Viễn", "Tổng kết 2026", "Bản 1", "10/11/2026 09:00:00", "Đúng hạn", "bản mới nhất"):
        assert words in text
    assert "Đã triển khai." not in text and "380" not in text


def test_only_who_may_see_the_report_is_led_to_it(
    open_world: SimpleNamespace, sent: Submission, client_of: ClientOf
) -> None:
    link = f'href="/bao-cao/{sent.report_id}/bien-nhan/1/"'
    for who, sees in [("principal", True), ("officer", True), ("principal_b", False), ("commune_officer_b", False)]:
        html = client_of(getattr(open_world, who)).get(ADDRESS, {"ma": sent.receipt}).content.decode()
        assert (link in html) is sees, who


def test_an_older_version_says_that_there_is_a_newer_one(
    open_world: SimpleNamespace, sent: Submission, submit: Submit, client_of: ClientOf
) -> None:
    report = Report.objects.select_related("round").get(pk=sent.report_id)
    return_report(report=report, by=open_world.officer, version=report.version, comment="Sai.")
    submit("th_a", make.local(2026, 12, 20, 9))
    client = client_of(open_world.principal)
    assert "Có: bản 2, 20/12/2026 09:00" in words_of(client.get(ADDRESS, {"ma": sent.receipt}))
    second = Submission.objects.get(report=report, number=2)
    # Its first version was on time, and a return makes nobody late.
    assert "Nộp sau hạn" not in words_of(client.get(ADDRESS, {"ma": second.receipt}))


def test_a_late_one_says_so(open_world: SimpleNamespace, submit: Submit, client_of: ClientOf) -> None:
    report = submit("th_a", make.local(2026, 12, 15))
    assert report.current_submission is not None
    text = words_of(client_of(open_world.principal).get(ADDRESS, {"ma": report.current_submission.receipt}))
    assert "Nộp sau hạn" in text


def test_a_wrong_code_is_said_and_guessing_is_stopped(
    open_world: SimpleNamespace, sent: Submission, client_of: ClientOf
) -> None:
    client = client_of(open_world.principal_b)
    wrong = sent.receipt[:-4] + ("2222" if not sent.receipt.endswith("2222") else "3333")
    for _try in range(attempts.MOST):
        assert client.get(ADDRESS, {"ma": wrong}).status_code == 404
    refused = client.get(ADDRESS, {"ma": sent.receipt})
    assert refused.status_code == 429
    assert "Trường TH Gia Viễn" not in words_of(refused)


def test_the_receipt_names_the_way_to_check_it(
    open_world: SimpleNamespace, sent: Submission, client_of: ClientOf
) -> None:
    html = client_of(open_world.principal).get(f"/bao-cao/{sent.report_id}/bien-nhan/1/").content.decode()
    assert f'href="/bien-nhan/?ma={sent.receipt}"' in html
