"""Several submits of one report at one moment, through the pages, on real threads and a real database."""

from __future__ import annotations

import copy
import re
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from reports.models import CompletionDue, Draft, Report, ReviewStep, Submission, Value
from reports.review.services import return_report
from tests.conftest import build_world, open_round_of

FIELDS = {"n-1.1-": "1", "n-1.2-": "24", "d-1.2-": "30", "n-1.4-TH": "380", "d-1.4-TH": "400", "n-2.1-": "0"}
RECEIPT = re.compile(r"BC-\d{4}-\d+-\d+-[0-9A-Z]+")
AT_ONCE = 5
TIMES = 10

ClientOf = Callable[[User], Client]


@pytest.fixture
def open_portal(transactional_db: None) -> SimpleNamespace:
    """The cast with its open round, committed: other threads see it."""
    return open_round_of(build_world())


def url(name: str, *args: Any) -> str:
    return reverse(f"collection:{name}", args=args)


def together(works: list[Callable[[], Any]]) -> list[Any]:
    """Do each in a thread of its own, all begun at one moment; what each gave, in their order."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(run, work) for work in works]]


def check_page(client: Client, report: Report) -> dict[str, Any]:
    """What the button of the check page sends, from the draft as it is saved now."""
    version = Draft.objects.get(pk=report.pk).version
    saved = client.post(url("draft_save", report.pk), {**FIELDS, "version": version, "then": "check"})
    assert saved.url == url("report_check", report.pk)
    context = client.get(saved.url).context
    return {"token": str(context["token"]), "version": context["version"]}


def line_of(client: Client) -> Client:
    """The same browser, for one thread."""
    line = Client()
    line.cookies = copy.deepcopy(client.cookies)
    return line


def press(client: Client, report: Report, sent: dict[str, Any]) -> tuple[int, str, str]:
    """Status, where it leads, and the receipt that is shown there."""
    line = line_of(client)
    answer = line.post(url("report_submit", report.pk), sent)
    place = answer.headers.get("Location", "/")
    shown = RECEIPT.search(line.get(place).content.decode())
    return answer.status_code, place, shown.group(0) if shown else ""


@pytest.mark.slow
def test_five_equal_presses_show_one_receipt_ten_times_over(open_portal: SimpleNamespace, client_of: ClientOf) -> None:
    client, report = client_of(open_portal.principal), open_portal.report
    for number in range(1, TIMES + 1):
        sent = check_page(client, report)
        answers = together([partial(press, client, report, sent)] * AT_ONCE)
        made = Submission.objects.get(token=sent["token"])
        assert answers == [(302, url("receipt", report.pk, number), made.receipt)] * AT_ONCE
        report = Report.objects.get(pk=report.pk)
        assert (report.state, report.current_submission_id, made.number) == ("submitted", made.pk, number)
        assert Submission.objects.filter(report=report).count() == number
        assert Value.objects.filter(submission=made).count() == 4
        return_report(report=report, by=open_portal.officer, version=report.version, comment="Xem lại.")
    assert ReviewStep.objects.filter(report=report, kind="submitted").count() == TIMES
    assert AuditEntry.objects.filter(action="report.submit").count() == TIMES
    assert CompletionDue.objects.filter(report=report).count() >= TIMES


def test_five_windows_with_tokens_of_their_own_are_led_to_one_receipt(
    open_portal: SimpleNamespace, client_of: ClientOf
) -> None:
    client, report = client_of(open_portal.principal), open_portal.report
    sent = check_page(client, report)
    works = [lambda: press(client, report, {**sent, "token": str(uuid.uuid4())})] * AT_ONCE
    answers = together(works)
    receipt = Submission.objects.get().receipt
    assert answers == [(302, url("receipt", report.pk, 1), receipt)] * AT_ONCE


def test_a_press_and_a_late_autosave_at_once_keep_what_was_checked(
    open_portal: SimpleNamespace, client_of: ClientOf
) -> None:
    client, report = client_of(open_portal.principal), open_portal.report
    sent = check_page(client, report)

    def autosave() -> int:
        line = line_of(client)
        late = {**FIELDS, "n-1.1-": "0", "version": "1"}
        answer = line.post(url("draft_save", report.pk), late, headers={"Accept": "application/json"})
        return int(answer.status_code)

    answers = together([lambda: press(client, report, sent), autosave, autosave])
    if answers[0][2]:
        made = Submission.objects.get()
        assert made.values.get(indicator__code="1.1").numerator == 1
        assert Draft.objects.get(pk=report.pk).values["1.1"][""]["n"] == 1
    else:
        # The autosave was first: nothing was sent that the principal had not looked through.
        assert answers[0][1] == url("report_check", report.pk)
        assert not Submission.objects.exists()
    assert set(answers[1:]) <= {200, 409, 410}
