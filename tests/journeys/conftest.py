"""A real browser, and eyes that notice what a page must never do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from freezegun import freeze_time
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from tests import factories as make

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--lang=vi-VN"]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LISTEN = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.broken.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    # Playwright's own loop runs in this thread, and Django would refuse the database beside it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def november() -> Iterator[Any]:
    """The morning of 21 November 2026 in Vietnam, in this process and in the server's threads; the clock goes on."""
    with freeze_time("2026-11-21 08:30:00+07:00", tick=True) as clock:
        yield clock


class Visitor:
    """Somebody in front of a browser; `noticed` holds what went wrong on the pages they saw."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.context = context
        self.base = base
        self.noticed: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.noticed.append(f"script: {error}"))
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error":
            self.noticed.append(f"console: {text}")

    def open(self, path: str) -> Page:
        response = self.page.goto(self.base + path)
        assert response is not None and response.status == 200, f"{path}: {response and response.status}"
        self.page.wait_for_load_state("networkidle")
        return self.page

    def broken(self) -> list[str]:
        """Violations of the content security policy on this page, and errors since the start."""
        return [*self.page.evaluate("window.broken"), *self.noticed]

    def sign_in(self, user: User) -> Visitor:
        """Through the page, as a person does."""
        self.open("/tai-khoan/dang-nhap/")
        self.page.locator("input[name=login]").fill(user.username)
        self.page.locator("input[name=password]").fill(make.PASSWORD)
        self.page.locator("main").get_by_role("button", name="Đăng nhập").click()
        self.page.wait_for_load_state("networkidle")
        assert "/dang-nhap/" not in self.page.url
        return self


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Callable[..., Any]:
    """`with visit() as visitor` or `with visit(user)`: a window of one's own, signed in without the page."""

    @contextmanager
    def open_window(user: User | None = None, size: dict[str, int] = WIDE, **more: Any) -> Iterator[Visitor]:
        context = browser.new_context(viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **more)
        context.add_init_script(LISTEN)
        if user is not None:
            client = Client()
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        try:
            yield Visitor(context, live_server.url)
        finally:
            context.close()

    return open_window
