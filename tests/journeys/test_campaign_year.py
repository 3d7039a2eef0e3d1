"""From the school list to the dashboard, by four people in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from reports.completion.services import compute_due_completion
from reports.models import Report, ReportState
from reports.reminders.services import send_reminders
from schools.models import Unit
from schools.tasks import commit_due_imports
from tests import factories as make
from tests.access.stage import new_school_rows, school_list, submit
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NEW_SCHOOL = "Trường TH Gia Viễn B"
STAFF = "1.2"


@pytest.fixture
def people(november: Any, world: SimpleNamespace, visit: Callable[..., Any]) -> Iterator[SimpleNamespace]:
    """A window for each, signed in through the page."""
    with visit() as admin, visit() as officer, visit() as commune, visit() as principal:
        yield SimpleNamespace(
            admin=admin.sign_in(world.admin),
            officer=officer.sign_in(world.officer),
            commune=commune.sign_in(world.commune_officer),
            principal=principal.sign_in(world.principal),
        )


def test_a_report_goes_from_the_list_of_schools_to_the_figure_of_the_province(
    people: SimpleNamespace, world: SimpleNamespace, tmp_path: Path
) -> None:
    import_list(people.admin, tmp_path)
    open_round(people.admin, world)
    report = Report.objects.get(round=world.round, unit=world.th_a)
    another_school_is_accepted(world)
    assert figure(people.officer) == Decimal("50.0")

    fill_and_submit(people.principal, report, staff="30", pupils="400")
    return_with_reason(people.commune, report, "Kiểm tra lại số học sinh.")
    assert "Kiểm tra lại số học sinh." in people.principal.open(f"/bao-cao/{report.pk}/").inner_text("main")
    fill_and_submit(people.principal, report, staff="30", pupils="380")
    assert report.submissions.count() == 2
    accept(people.commune, report)
    assert figure(people.officer) == Decimal("50.0")
    accept(people.officer, report)

    report.refresh_from_db()
    assert report.state == ReportState.ACCEPTED
    # 25 of 50 in the other school, and now 30 of 30 in this one: 55 of 80, cut after one decimal.
    assert figure(people.officer) == Decimal("68.7")
    remind_the_others(people.officer, world)
    assert [name for name, visitor in vars(people).items() if visitor.broken()] == []


def import_list(visitor: Visitor, folder: Path) -> None:
    file = folder / "danh-muc.xlsx"
    file.write_bytes(school_list(new_school_rows()))
    page = visitor.open("/truong/nhap/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Tải lên và xem trước").click()
    page.get_by_role("button", name="Nhập 1 dòng").click()
    page.wait_for_load_state("networkidle")
    assert commit_due_imports() == 1
    assert Unit.objects.filter(name=NEW_SCHOOL).count() == 1
    assert not Unit.objects.filter(name="Trường Lạ").exists()


def open_round(visitor: Visitor, w: SimpleNamespace) -> None:
    page = visitor.open(f"/dot-bao-cao/{w.round.pk}/")
    page.get_by_role("button", name="Mở đợt cho 5 đơn vị").click()
    page.wait_for_load_state("networkidle")
    assert Report.objects.filter(round=w.round).count() == 5


def another_school_is_accepted(w: SimpleNamespace) -> None:
    """Half of the staff of the school of two levels; what the province's figure is before the journey."""
    from reports.review.services import accept_report

    user = make.make_user("thths", w.thths_a)
    report = Report.objects.get(round=w.round, unit=w.thths_a)
    submit(report, user, share=0.5)
    for reviewer in (w.commune_officer, w.officer):
        report.refresh_from_db()
        accept_report(report=report, by=reviewer, version=report.version)


def figure(visitor: Visitor) -> Decimal:
    """What the official dashboard says of the staff's indicator, for the province."""
    compute_due_completion()
    page = visitor.open("/bang-dieu-khien/?co-so=official")
    row = page.locator("table.kpi tbody tr", has=page.locator(f".k-tt:text-is('{STAFF}')"))
    shown = row.locator(".k-all .lv__n b").inner_text()
    found = re.fullmatch(r"(\d+),(\d)\s*%", shown.strip())
    assert found, shown
    return Decimal(f"{found[1]}.{found[2]}")


def fill_and_submit(visitor: Visitor, report: Report, *, staff: str, pupils: str) -> None:
    page = visitor.open(f"/bao-cao/{report.pk}/")
    for code in ("1.1", "2.1"):
        page.locator(f"input[type=radio][name='n-{code}-'][value='1']").check()
    page.locator(f"input[name='n-{STAFF}-']").fill(staff)
    assert page.locator(f"input[name='d-{STAFF}-']").input_value() == "30"
    page.locator("input[name='n-1.4-TH']").fill(pupils)
    assert page.locator("input[name='d-1.4-TH']").input_value() == "400"
    page.get_by_role("button", name="Kiểm tra và nộp").click()
    page.get_by_role("button", name="Nộp báo cáo").click()
    page.wait_for_url("**/bien-nhan/**")
    report.refresh_from_db()
    assert report.current_submission is not None
    assert report.current_submission.receipt in page.inner_text("main")


def return_with_reason(visitor: Visitor, report: Report, reason: str) -> None:
    page = visitor.open(f"/duyet/{report.pk}/")
    page.locator("textarea[name=comment]").fill(reason)
    page.get_by_role("button", name="Trả lại kèm ý kiến").click()
    page.wait_for_load_state("networkidle")
    report.refresh_from_db()
    assert report.state == ReportState.RETURNED


def accept(visitor: Visitor, report: Report) -> None:
    report.refresh_from_db()
    before = report.version
    page = visitor.open(f"/duyet/{report.pk}/")
    page.locator("form#quyet-dinh button.btn--p").click()
    page.wait_for_load_state("networkidle")
    report.refresh_from_db()
    assert report.version == before + 1


def remind_the_others(visitor: Visitor, w: SimpleNamespace) -> None:
    """By the button of the dashboard; the mail goes with the next turn of the beat."""
    mail.outbox.clear()
    page = visitor.open("/bang-dieu-khien/")
    page.get_by_role("button", name="Nhắc tất cả").click()
    page.wait_for_load_state("networkidle")
    send_reminders(now=timezone.now())
    reached = {address for letter in mail.outbox for address in letter.to}
    assert w.mn_b.email in reached or w.principal_b.email in reached
    assert not reached & {w.th_a.email, w.principal.email, w.staff_member.email, w.thths_a.email}
