"""Two things at once on the way of a draft: nothing is lost, nothing written over, and the page says so.

{two windows, a late autosave, a session that ended, a return meanwhile, a deadline that moved}: each alone and
each pair. Every case looks at three places: what the server holds, what the page says, what the browser keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from reports.models import Draft, ReportState
from tests.journeys.conftest import NARROW
from tests.journeys.desk import PUPILS, REASON, STAFF, WORDS, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MERGED = "vừa sửa báo cáo ở nơi khác"
CLASH = "Chưa lưu gì của bạn."
OVER = "Phiên đăng nhập đã hết"
RECEIVED = "Báo cáo đã nộp và đang chờ duyệt."
LOCKED = "Đợt báo cáo đã khóa, không nhận thêm báo cáo."
LATE = "Đã quá hạn"


def two_windows(desk: Desk) -> None:
    other = desk.second_window()
    desk.type(other, staff="21")
    desk.autosave(other)
    desk.type(desk.page, pupils="300")
    desk.autosave(desk.page)
    desk.says(MERGED)
    desk.saved()
    assert desk.on_server() == {"staff": 21, "pupils": 300}
    assert desk.in_form() == {"staff": "21", "pupils": "300"}

    desk.type(other, pupils="250")
    desk.autosave(other)
    desk.says(CLASH, page=other)
    assert desk.on_server() == {"staff": 21, "pupils": 300}
    assert desk.copies() == [{"staff": "21", "pupils": "250"}]
    other.get_by_role("button", name="Lưu phần của tôi").click()
    desk.saved(other)
    assert desk.on_server() == {"staff": 21, "pupils": 250}
    assert desk.copies() == []


def late_autosave(desk: Desk) -> None:
    """It comes after the receipt: the first as it was sent, then one that knows the newest version."""
    desk.complete(desk.page)
    with desk.page.expect_request("**/nhap/") as first:
        desk.autosave(desk.page)
    desk.check(desk.page)
    desk.submit(desk.page)
    assert "/bien-nhan/" in desk.page.url
    sent = first.value
    newest = str(Draft.objects.get(pk=desk.report.pk).version)
    token = next(c["value"] for c in desk.visitor.context.cookies() if c["name"] == "csrftoken")
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    body, kind = sent.post_data_buffer, sent.headers["content-type"]
    replies = [
        desk.page.request.post(sent.url, headers=headers | {"Content-Type": kind}, data=body),
        desk.page.request.post(sent.url, headers=headers, multipart={"version": newest, STAFF: "1", PUPILS: "1"}),
    ]
    assert [(reply.status, reply.json()["closed"]) for reply in replies] == [(410, RECEIVED)] * 2
    assert desk.received() == [(20, 300, False)]
    assert desk.on_server() == {"staff": 20, "pupils": 300}
    assert desk.copies() == []


def ended_session(desk: Desk) -> None:
    desk.complete(desk.page)
    desk.page.locator(f"[name='{STAFF}']").focus()
    desk.end_session()
    desk.autosave(desk.page)
    desk.says(OVER)
    assert desk.on_server() == {}
    assert desk.copies() == [{"staff": "20", "pupils": "300"}]
    desk.sign_in_again()
    desk.saved()
    assert desk.page.evaluate("document.activeElement.name") == STAFF
    assert desk.on_server() == desk_numbers(desk) == {"staff": 20, "pupils": 300}
    assert desk.copies() == []

    desk.check(desk.page)
    desk.end_session()
    desk.submit(desk.page)
    desk.sign_in(desk.page)
    assert "/kiem-tra/" in desk.page.url
    assert desk.received() == []
    desk.submit(desk.page)
    assert desk.received() == [(20, 300, False)]


def desk_numbers(desk: Desk) -> dict[str, int]:
    return {name: int(text) for name, text in desk.in_form().items()}


def returned_meanwhile(desk: Desk) -> None:
    desk.submitted_by_colleague()
    desk.returned()
    desk.type(desk.page, words="Thiếu máy tính.")
    desk.autosave(desk.page)
    desk.says(MERGED, REASON)
    desk.saved()
    assert desk.on_server() == {"staff": 15, "pupils": 200, "words": "Thiếu máy tính."}
    assert desk.copies() == []
    assert desk.state() == ReportState.RETURNED
    desk.check(desk.page)
    desk.says(REASON)
    desk.submit(desk.page)
    assert desk.received() == [(15, 200, False), (15, 200, False)]


def moved_deadline(desk: Desk) -> None:
    desk.complete(desk.page)
    desk.check(desk.page)
    desk.move_deadline(locked=True)
    desk.submit(desk.page)
    desk.says(LOCKED)
    assert desk.received() == []
    assert desk.on_server() == {"staff": 20, "pupils": 300}

    desk.move_deadline()
    desk.open()
    desk.says(LATE)
    desk.check(desk.page)
    desk.says(LATE)
    desk.submit(desk.page)
    desk.says("Nộp sau hạn")
    assert desk.received() == [(20, 300, True)]
    assert desk.copies() == []


def two_windows_and_late_autosave(desk: Desk) -> None:
    """The other window submits while the autosave of this one is on its way."""
    other = desk.second_window()
    desk.type(desk.page, staff="25", words="Gửi sau.")
    desk.hold()
    desk.complete(other)
    desk.check(other)
    desk.submit(other)
    assert "/bien-nhan/" in other.url
    desk.release()
    desk.says(RECEIVED, "Xem biên nhận")
    assert desk.received() == [(20, 300, False)]
    assert desk.on_server() == {"staff": 20, "pupils": 300}
    assert desk.in_form() == {"staff": "25", "words": "Gửi sau."}
    assert desk.copies() == [{"staff": "25", "words": "Gửi sau."}]


def two_windows_and_ended_session(desk: Desk) -> None:
    desk.type(desk.page, staff="20")
    desk.end_session()
    desk.autosave(desk.page)
    desk.says(OVER)
    other = desk.visitor.context.new_page()
    other.goto(f"{desk.visitor.base}/tai-khoan/dang-nhap/?next=/bao-cao/{desk.report.pk}/")
    desk.sign_in(other)
    # What the first window could not send stands in this one, and is saved from here first.
    desk.saved(other)
    desk.type(other, pupils="300")
    desk.autosave(other)
    desk.saved(other)
    desk.autosave(desk.page, seconds=11)
    desk.saved()
    assert desk.on_server() == {"staff": 20, "pupils": 300}
    assert desk.in_form() == {"staff": "20", "pupils": "300"}
    assert desk.copies() == []


def two_windows_and_return(desk: Desk) -> None:
    other = desk.second_window()
    desk.complete(other)
    desk.check(other)
    desk.submit(other)
    desk.returned()
    desk.type(desk.page, pupils="350")
    desk.autosave(desk.page)
    desk.says(CLASH, REASON, "300 trên 400", "350 trên 400")
    assert desk.on_server() == {"staff": 20, "pupils": 300}
    assert desk.copies() == [{"pupils": "350"}]
    desk.page.get_by_role("button", name="Lưu phần của tôi").click()
    desk.saved()
    assert desk.on_server() == {"staff": 20, "pupils": 350}
    assert desk.received() == [(20, 300, False)]
    assert desk.state() == ReportState.RETURNED
    assert desk.copies() == []


def two_windows_and_moved_deadline(desk: Desk) -> None:
    other = desk.second_window()
    desk.complete(other)
    desk.check(other)
    desk.move_deadline()
    desk.open()
    desk.type(desk.page, staff="25")
    desk.autosave(desk.page)
    desk.submit(other)
    desk.says("Bản nháp vừa được sửa ở nơi khác. Xem lại rồi nộp.", LATE, "25 trên 30", page=other)
    assert desk.received() == []
    desk.submit(other)
    desk.says("Nộp sau hạn", page=other)
    assert desk.received() == [(25, 300, True)]
    assert desk.copies() == []


def late_autosave_and_ended_session(desk: Desk) -> None:
    desk.type(desk.page, staff="20", words="Thiếu máy tính.")
    desk.hold()
    desk.end_session()
    desk.release()
    desk.says(OVER)
    assert desk.on_server() == {}
    assert desk.copies() == [{"staff": "20", "words": "Thiếu máy tính."}]
    desk.sign_in_again()
    desk.saved()
    assert desk.page.evaluate("document.activeElement.name") == WORDS
    assert desk.on_server() == {"staff": 20, "words": "Thiếu máy tính."}
    assert desk.in_form() == {"staff": "20", "words": "Thiếu máy tính."}
    assert desk.copies() == []


def late_autosave_and_return(desk: Desk) -> None:
    desk.type(desk.page, staff="20")
    desk.hold()
    desk.submitted_by_colleague()
    desk.returned()
    desk.release()
    desk.says(CLASH, REASON, "15 trên 30", "20 trên 30")
    assert desk.on_server() == {"staff": 15, "pupils": 200}
    assert desk.copies() == [{"staff": "20"}]
    desk.page.get_by_role("button", name="Lấy bản vừa sửa").click()
    assert desk.in_form() == {"staff": "15", "pupils": "200"}
    assert desk.on_server() == {"staff": 15, "pupils": 200}
    assert desk.received() == [(15, 200, False)]
    assert desk.copies() == []


def late_autosave_and_moved_deadline(desk: Desk) -> None:
    desk.type(desk.page, staff="20")
    desk.hold()
    desk.move_deadline(locked=True)
    desk.release()
    desk.says(LOCKED, "được giữ trên máy này")
    assert desk.on_server() == {}
    assert desk.copies() == [{"staff": "20"}]
    desk.move_deadline_back()
    desk.open()
    desk.saved()
    assert desk.in_form() == {"staff": "20"}
    assert desk.on_server() == {"staff": 20}
    assert desk.copies() == []


def ended_session_and_return(desk: Desk) -> None:
    desk.type(desk.page, words="Thiếu máy tính.")
    desk.end_session()
    desk.autosave(desk.page)
    desk.says(OVER)
    desk.submitted_by_colleague()
    desk.returned()
    assert desk.copies() == [{"words": "Thiếu máy tính."}]
    desk.sign_in_again()
    desk.saved()
    desk.says(REASON, MERGED)
    assert desk.on_server() == {"staff": 15, "pupils": 200, "words": "Thiếu máy tính."}
    assert desk.in_form() == {"staff": "15", "pupils": "200", "words": "Thiếu máy tính."}
    assert desk.copies() == []
    assert desk.state() == ReportState.RETURNED


def ended_session_and_moved_deadline(desk: Desk) -> None:
    desk.complete(desk.page)
    desk.end_session()
    desk.move_deadline()
    desk.page.get_by_role("button", name="Kiểm tra và nộp").click()
    desk.page.wait_for_url("**/dang-nhap/**")
    assert desk.copies() == [{"staff": "20", "pupils": "300"}]
    desk.sign_in(desk.page)
    desk.saved()
    desk.says(LATE)
    assert desk.in_form() == {"staff": "20", "pupils": "300"}
    assert desk.on_server() == {"staff": 20, "pupils": 300}
    desk.check(desk.page)
    desk.submit(desk.page)
    desk.says("Nộp sau hạn")
    assert desk.received() == [(20, 300, True)]
    assert desk.copies() == []


def return_and_moved_deadline(desk: Desk) -> None:
    desk.submitted_by_colleague()
    desk.returned()
    desk.move_deadline(locked=True)
    desk.type(desk.page, staff="20")
    desk.autosave(desk.page)
    desk.says(LOCKED)
    assert desk.on_server() == {"staff": 15, "pupils": 200}
    assert desk.copies() == [{"staff": "20"}]
    desk.move_deadline_back()
    desk.open()
    desk.page.locator("[data-conflict] table").wait_for()
    desk.says(CLASH, REASON, "15 trên 30", "20 trên 30")
    assert desk.on_server() == {"staff": 15, "pupils": 200}
    desk.page.get_by_role("button", name="Lưu phần của tôi").click()
    desk.saved()
    assert desk.on_server() == {"staff": 20, "pupils": 200}
    assert desk.received() == [(15, 200, False)]
    assert desk.copies() == []


CASES = [
    two_windows,
    late_autosave,
    ended_session,
    returned_meanwhile,
    moved_deadline,
    two_windows_and_late_autosave,
    two_windows_and_ended_session,
    two_windows_and_return,
    two_windows_and_moved_deadline,
    late_autosave_and_ended_session,
    late_autosave_and_return,
    late_autosave_and_moved_deadline,
    ended_session_and_return,
    ended_session_and_moved_deadline,
    return_and_moved_deadline,
]


@pytest.fixture
def desk(november: Any, open_world: SimpleNamespace, visit: Callable[..., Any]) -> Iterator[Desk]:
    with visit(open_world.principal, NARROW) as visitor:
        visitor.context.clock.install()
        desk = Desk(visitor, open_world)
        desk.open()
        yield desk


@pytest.mark.parametrize("case", CASES, ids=[case.__name__ for case in CASES])
def test_nothing_is_lost_and_nothing_written_over(case: Callable[[Desk], None], desk: Desk) -> None:
    case(desk)
