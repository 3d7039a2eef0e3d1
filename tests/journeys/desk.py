"""A report on somebody's screen, what others do meanwhile, and the three places where it is then looked for."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from reports.models import Draft, Report, Round
from reports.review.services import return_report
from tests import factories as make
from tests.access.stage import submit
from tests.journeys.conftest import Visitor

STAFF, PUPILS, WORDS = "n-1.2-", "n-1.4-TH", "difficulties"
REASON = "Kiểm tra lại số học sinh."
PAST, FUTURE = make.local(2026, 11, 20), make.local(2026, 12, 20)
KEPT = """Object.entries(localStorage).filter(([key]) => key.startsWith("bao-cao:")).map(([, copy]) => copy)"""


class Desk:
    """The principal's report on the screen, what others do meanwhile, and what is found afterwards."""

    def __init__(self, visitor: Visitor, w: SimpleNamespace) -> None:
        self.visitor, self.w = visitor, w
        self.report: Report = w.report
        self.page = visitor.page
        self.held: list[Route] = []

    # what the principal does
    def open(self, page: Page | None = None) -> Page:
        page = page or self.page
        page.goto(f"{self.visitor.base}/bao-cao/{self.report.pk}/")
        return page

    def second_window(self) -> Page:
        return self.open(self.visitor.context.new_page())

    def type(self, page: Page, **typed: str) -> None:
        for name, text in typed.items():
            page.locator(f"[name='{FIELDS[name]}']").fill(text)

    def complete(self, page: Page, **typed: str) -> None:
        for code in ("1.1", "2.1"):
            page.locator(f"input[name='n-{code}-'][value='1']").check()
        self.type(page, **({"staff": "20", "pupils": "300"} | typed))

    def autosave(self, page: Page, seconds: int = 2) -> None:
        """As much later as it takes; the answer has come and been read."""
        with page.expect_response("**/nhap/"):
            page.clock.fast_forward(seconds * 1000)
        expect(page.locator("[data-save-word]")).not_to_have_text("Đang lưu")

    def check(self, page: Page) -> None:
        page.get_by_role("button", name="Kiểm tra và nộp").click()
        page.wait_for_url("**/kiem-tra/")

    def submit(self, page: Page) -> None:
        page.get_by_role("button", name="Nộp báo cáo").click()
        page.wait_for_load_state()

    def sign_in(self, page: Page) -> None:
        page.locator("input[name=login]").fill(self.w.principal.username)
        page.locator("input[name=password]").fill(make.PASSWORD)
        page.locator("main").get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(f"**/{self.report.pk}/**")

    def sign_in_again(self) -> None:
        self.page.get_by_role("link", name="Đăng nhập lại").click()
        self.sign_in(self.page)

    def saved(self, page: Page | None = None) -> None:
        expect((page or self.page).locator("[data-save-word]")).to_have_text("Đã lưu nháp")

    # what happens meanwhile
    def hold(self) -> None:
        """The autosave of the first window leaves and does not arrive."""
        self.page.route("**/nhap/", lambda route: self.held.append(route))
        with self.page.expect_request("**/nhap/"):
            self.page.clock.fast_forward(2000)
        while not self.held:
            self.page.wait_for_timeout(10)

    def release(self) -> None:
        with self.page.expect_response("**/nhap/"):
            self.held.pop().continue_()
        self.page.unroute("**/nhap/")
        expect(self.page.locator("[data-save-word]")).not_to_have_text("Đang lưu")

    def end_session(self) -> None:
        Session.objects.all().delete()

    def submitted_by_colleague(self) -> None:
        submit(self.report, self.w.staff_member)

    def returned(self) -> None:
        self.report.refresh_from_db()
        return_report(report=self.report, by=self.w.commune_officer, version=self.report.version, comment=REASON)

    def move_deadline(self, *, locked: bool = False) -> None:
        Round.objects.filter(pk=self.report.round_id).update(deadline_at=PAST, locks_at=PAST if locked else None)

    def move_deadline_back(self) -> None:
        Round.objects.filter(pk=self.report.round_id).update(deadline_at=FUTURE, locks_at=None)

    # what is found
    def on_server(self) -> dict[str, Any]:
        draft = Draft.objects.get(pk=self.report.pk)
        cells = {"staff": draft.values.get("1.2", {}).get("", {}), "pupils": draft.values.get("1.4", {}).get("TH", {})}
        found = {name: cell.get("n") for name, cell in cells.items()} | {"words": draft.narrative.get(WORDS)}
        return {name: value for name, value in found.items() if value is not None}

    def received(self) -> list[tuple[int, int, bool]]:
        """Staff, pupils and whether it was late, of each version."""
        return [
            (
                item.values.get(indicator__code="1.2").numerator,
                item.values.get(indicator__code="1.4").numerator,
                item.is_late,
            )
            for item in self.report.submissions.order_by("number")
        ]

    def in_form(self, page: Page | None = None) -> dict[str, str]:
        values = {name: (page or self.page).locator(f"[name='{FIELDS[name]}']").input_value() for name in FIELDS}
        return {name: value for name, value in values.items() if value}

    def copies(self) -> list[dict[str, str]]:
        """What this browser keeps of the report, of every window."""
        kept = [json.loads(copy)["fields"] for copy in self.page.evaluate(KEPT)]
        return [{name: copy[FIELDS[name]] for name in FIELDS if copy.get(FIELDS[name])} for copy in kept]

    def says(self, *sentences: str, page: Page | None = None) -> None:
        shown = (page or self.page).locator("body").inner_text()
        assert [sentence for sentence in sentences if sentence not in shown] == []

    def state(self) -> str:
        self.report.refresh_from_db()
        return self.report.state


FIELDS = {"staff": STAFF, "pupils": PUPILS, "words": WORDS}
