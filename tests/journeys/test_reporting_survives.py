"""A school's report through a lost line, a closed tab, a shared computer, a phone's camera, a keyboard alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import CDPSession, FilePayload, Page, expect

from accounts.models import User
from reports.models import Draft, RoundIndicator
from schools.models import Headcount
from tests import factories as make
from tests.access.stage import PDF, submit
from tests.journeys.conftest import NARROW, WIDE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
STAFF = "[name='n-1.2-']"
KEPT = """Object.entries(localStorage).filter(([key]) => key.startsWith("bao-cao:")).map(([, copy]) => copy)"""
LINES: dict[Page, CDPSession] = {}
WAITING, OVER = "Đang giữ trên máy này", "Phiên đăng nhập đã hết"


@pytest.fixture
def principal(november: Any, open_world: SimpleNamespace, visit: Callable[..., Any]) -> Iterator[Visitor]:
    """In front of the form on a phone, with a clock that can be wound on."""
    with visit(open_world.principal, NARROW) as visitor:
        visitor.context.clock.install()
        open_form(visitor, open_world)
        yield visitor


def open_form(visitor: Visitor, w: SimpleNamespace, page: Page | None = None) -> Page:
    page = page or visitor.page
    page.goto(f"{visitor.base}/bao-cao/{w.report.pk}/")
    return page


def wait_for_words(page: Page, words: str) -> None:
    expect(page.locator("[data-save-state]")).to_contain_text(words)


def line(page: Page, *, lost: bool) -> None:
    """The browser's own switch, of this tab alone."""
    network = LINES.get(page) or LINES.setdefault(page, page.context.new_cdp_session(page))
    network.send("Network.enable")
    network.send(
        "Network.emulateNetworkConditions",
        {"offline": lost, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    )


def staff_on_server(w: SimpleNamespace) -> int | None:
    cell: int | None = Draft.objects.get(pk=w.report.pk).values.get("1.2", {}).get("", {}).get("n")
    return cell


def copies(page: Page) -> list[str]:
    return [json.loads(copy)["fields"]["n-1.2-"] for copy in page.evaluate(KEPT)]


def sign_in_as(page: Page, user: User, base: str, path: str) -> None:
    page.goto(f"{base}/tai-khoan/dang-nhap/?next={path}")
    page.locator("input[name=login]").fill(user.username)
    page.locator("input[name=password]").fill(make.PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(f"**{path}")


# --- the line, the tab --------------------------------------------------------------------------
def test_a_lost_line_costs_nothing_and_says_so(principal: Visitor, open_world: SimpleNamespace) -> None:
    page = principal.page
    line(page, lost=True)
    page.locator(STAFF).fill("20")
    page.clock.fast_forward(2000)
    wait_for_words(page, WAITING)
    page.get_by_role("button", name="Kiểm tra và nộp").click()
    assert page.url.endswith(f"/bao-cao/{open_world.report.pk}/")
    assert copies(page) == ["20"]
    assert staff_on_server(open_world) is None

    line(page, lost=False)
    wait_for_words(page, "Đã lưu nháp")
    assert staff_on_server(open_world) == 20
    assert copies(page) == []


def test_a_tab_that_was_closed_without_a_line_is_filled_in_again(
    principal: Visitor, open_world: SimpleNamespace
) -> None:
    line(principal.page, lost=True)
    principal.page.locator(STAFF).fill("20")
    another = principal.context.new_page()
    principal.page.close()
    open_form(principal, open_world, another)
    wait_for_words(another, "Đã lưu nháp")
    assert another.locator(STAFF).input_value() == "20"
    assert staff_on_server(open_world) == 20
    assert copies(another) == []


def test_an_answer_lost_on_the_way_is_no_quarrel_with_oneself(principal: Visitor, open_world: SimpleNamespace) -> None:
    page = principal.page

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/nhap/", lose)
    page.locator(STAFF).fill("2")
    page.clock.fast_forward(2000)
    wait_for_words(page, WAITING)
    page.unroute("**/nhap/")
    page.locator(STAFF).fill("20")
    page.clock.fast_forward(2000)
    wait_for_words(page, "Đã lưu nháp")
    assert not page.locator("[data-conflict]").is_visible()
    assert copies(page) == []
    assert staff_on_server(open_world) == 20


# --- other people -------------------------------------------------------------------------------
def test_on_a_shared_computer_another_user_never_sees_what_was_typed(
    principal: Visitor, open_world: SimpleNamespace
) -> None:
    """Of the same school, even: a colleague at the same machine, the principal's text not yet sent."""
    path = f"/bao-cao/{open_world.report.pk}/"
    line(principal.page, lost=True)
    principal.page.locator(STAFF).fill("20")
    principal.page.close()
    principal.context.clear_cookies()

    page = principal.context.new_page()
    sign_in_as(page, open_world.staff_member, principal.base, path)
    page.clock.fast_forward(20_000)
    page.wait_for_load_state("networkidle")
    assert page.locator(STAFF).input_value() == ""
    assert staff_on_server(open_world) is None

    principal.context.clear_cookies()
    sign_in_as(page, open_world.principal, principal.base, path)
    wait_for_words(page, "Đã lưu nháp")
    assert page.locator(STAFF).input_value() == "20"
    assert staff_on_server(open_world) == 20


def test_a_page_left_open_saves_nothing_in_the_name_of_the_next_user(
    principal: Visitor, open_world: SimpleNamespace
) -> None:
    next_user = principal.context.new_page()
    principal.context.clear_cookies()
    sign_in_as(next_user, open_world.principal_b, principal.base, "/")
    principal.page.locator(STAFF).fill("20")
    principal.page.clock.fast_forward(2000)
    wait_for_words(principal.page, OVER)
    assert staff_on_server(open_world) is None
    assert copies(principal.page) == ["20"]


def test_signing_out_sends_what_was_typed_and_leaves_no_copy(principal: Visitor, open_world: SimpleNamespace) -> None:
    page = principal.page
    page.locator(STAFF).fill("20")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/dang-nhap/**")
    assert staff_on_server(open_world) == 20
    assert page.evaluate(KEPT) == []


def test_of_two_people_the_second_is_shown_whose_answer_differs(
    principal: Visitor, open_world: SimpleNamespace, visit: Callable[..., Any]
) -> None:
    with visit(open_world.staff_member, NARROW) as colleague:
        open_form(colleague, open_world)
        colleague.page.locator(STAFF).fill("21")
        wait_for_words(colleague.page, "Đã lưu nháp")
    page = principal.page
    page.locator(STAFF).fill("20")
    page.clock.fast_forward(2000)
    page.locator("[data-conflict] table").wait_for()
    shown = page.locator("[data-conflict]").inner_text()
    for words in (str(open_world.staff_member), "21 trên 30", "20 trên 30"):
        assert words in shown
    assert staff_on_server(open_world) == 21
    page.get_by_role("button", name="Lấy bản vừa sửa").click()
    assert page.locator(STAFF).input_value() == "21"
    assert copies(page) == []


# --- paper, keyboard, no script ------------------------------------------------------------
def test_a_receipt_is_one_upright_sheet_of_paper(
    november: Any, open_world: SimpleNamespace, visit: Callable[..., Any]
) -> None:
    submit(open_world.report, open_world.principal)
    with visit(open_world.principal, NARROW) as visitor:
        page = visitor.open(f"/bao-cao/{open_world.report.pk}/bien-nhan/1/")
        printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) == 1
    size = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert size is not None and float(size[1]) < float(size[2])


def test_a_total_is_typed_once_and_stands_wherever_the_same_people_are_counted(
    principal: Visitor, open_world: SimpleNamespace
) -> None:
    again = make.make_indicator(
        open_world.campaign, "1.6", kind="people", counted="pupils", targets={(2026, ""): 50}, section="Học sinh"
    )
    RoundIndicator.objects.create(round=open_world.round, indicator=again, order=9)
    Headcount.objects.filter(unit=open_world.th_a, population="pupils").delete()
    page = open_form(principal, open_world)
    page.locator("[name='n-1.6-TH']").fill("100")
    page.locator("[name='d-1.4-TH']").press_sequentially("400")
    assert page.locator("[name='d-1.6-TH']").input_value() == "400"
    assert page.locator("[name='d-1.2-']").input_value() == "30"
    assert "25,0%" in page.locator("[name='d-1.6-TH'] >> xpath=ancestor::fieldset").inner_text()
    page.locator("[name='d-1.6-TH']").fill("90")
    assert page.locator("[name='d-1.4-TH']").input_value() == "90"


def test_the_keyboard_alone_goes_through_the_form_in_its_order_to_the_receipt(
    november: Any, open_world: SimpleNamespace, visit: Callable[..., Any]
) -> None:
    with visit(open_world.principal, WIDE) as visitor:
        page = open_form(visitor, open_world)
        page.evaluate("document.getElementById('main').focus()")
        answers = {"n-1.1-": "Space", "n-1.2-": "20", "n-1.4-TH": "300", "n-2.1-": "Space"}
        order = page.eval_on_selector_all(
            "form#bao-cao :is(input, textarea):not([type=hidden])",
            "all => [...new Set(all.map(one => one.name))]",
        )
        stops = []
        for _press in range(40):
            page.keyboard.press("Tab")
            name = page.evaluate("document.activeElement.name")
            if name in order:
                stops.append(name)
                answer = answers.get(name, "")
                page.keyboard.press("Space") if answer == "Space" else page.keyboard.type(answer)
            if page.evaluate("document.activeElement.innerText") == "Kiểm tra và nộp":
                break
        assert stops == order
        assert set(answers) <= set(stops)
        page.keyboard.press("Enter")
        page.wait_for_url("**/kiem-tra/")
        page.get_by_role("button", name="Nộp báo cáo").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/bien-nhan/**")
        assert visitor.broken() == []


def test_without_javascript_the_form_is_filled_in_corrected_and_submitted(
    november: Any, open_world: SimpleNamespace, visit: Callable[..., Any]
) -> None:
    with visit(open_world.principal, NARROW, java_script_enabled=False) as visitor:
        page = open_form(visitor, open_world)
        page.locator("input[name='n-1.1-'][value='1']").check()
        page.locator(STAFF).fill("31")
        page.locator("[name='n-1.4-TH']").fill("300")
        payload: FilePayload = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF}
        page.locator("[data-files]").set_input_files(payload)
        page.get_by_role("button", name="Tải tệp đã chọn lên").click()
        assert "a.pdf" in page.locator("ul.files").inner_text()
        page.get_by_role("button", name="Kiểm tra và nộp").click()
        assert page.locator("[role=alert] a").count() == 2
        page.get_by_role("link", name=re.compile(r"lớn hơn tổng số")).first.click()
        page.locator(STAFF).fill("30")
        page.locator("input[name='n-2.1-'][value='0']").check()
        page.get_by_role("button", name="Kiểm tra và nộp").click()
        page.get_by_role("button", name="Nộp báo cáo").click()
        open_world.report.refresh_from_db()
        submission = open_world.report.current_submission
        assert submission is not None
        assert submission.receipt in page.locator("main").inner_text()
        assert submission.evidence.count() == 1
