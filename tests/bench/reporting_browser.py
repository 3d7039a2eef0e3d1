"""A principal on a phone with a weak line: from the sign-in page to the receipt, counted byte by byte.

What counts as transferred is what the browser's network log says of each answer, headers and redirects
included: nothing is cached before. The first page of work is everything until the form can be filled in
(sign-in page, home, form, with their style, scripts and icon); each page after it is counted from the press
of its button, with what the form still had to save. What autosave sends while the person types is no page.
"""

# ruff: noqa: T201 - a part of a command; it talks to whoever typed it
from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--lang=vi-VN"]
PHONE: ViewportSize = {"width": 390, "height": 844}
LATENCY_MS, BYTES_A_SECOND = 400, 400_000 / 8
KB = 1_000
USER = "hieutruong"
# Name, value (None: not measured), unit, bar; at most the bar is good.
Figure = tuple[str, float | None, str, float]
# Written before anything was measured; the seconds only say what a person waits, with our own server near.
BARS: dict[str, tuple[str, float]] = {
    "reporting_first_visit_kb": ("KB", 60),
    "reporting_next_page_kb": ("KB", 5),
    "reporting_fields_typed_vs_unknown_facts": ("fields", 0),
    "reporting_seconds_throttled": ("s", 12),
}


def figures(environ: dict[str, str]) -> list[Figure]:
    """The figures of one report, in a portal whose demo is loaded."""
    found: dict[str, float] = {}
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        print("  not measured: no Chromium on this machine")
    else:
        task = in_portal(environ, "begin")
        with production_server(environ) as base:
            visit = report_once(path, base, task)
        receipt = in_portal(environ, "receipt")["receipt"]
        if receipt != visit.receipt:
            raise SystemExit(f"The page says {visit.receipt!r}, the database {receipt!r}.")
        tell(visit, task)
        found = {
            "reporting_first_visit_kb": visit.until("form") / KB,
            "reporting_next_page_kb": max(visit.bytes_of["check"], visit.bytes_of["receipt"]) / KB,
            "reporting_fields_typed_vs_unknown_facts": abs(visit.typed - task["unknown"]),
            "reporting_seconds_throttled": visit.seconds,
        }
    return [(name, found.get(name), unit, bar) for name, (unit, bar) in BARS.items()]


def tell(visit: Visit, task: dict[str, Any]) -> None:
    pages = ", ".join(f"{name} {size / KB:.1f} KB" for name, size in visit.bytes_of.items())
    print(f"  {pages}")
    print(f"  {task['unit']}: {task['asked']} numbers and answers, {task['unknown']} unknown, {visit.typed} typed")
    print(f"  receipt {visit.receipt} after {visit.seconds:.1f} s", flush=True)


# --- the visit ----------------------------------------------------------------------------------
@dataclass
class Visit:
    """What one journey transferred by page, in the order of the pages, and what the person had to type."""

    bytes_of: dict[str, float] = field(default_factory=dict)
    page: str = ""
    typed: int = 0
    seconds: float = 0
    receipt: str = ""

    def turn_to(self, page: str) -> None:
        self.page = page
        self.bytes_of.setdefault(page, 0)

    def count(self, size: float) -> None:
        self.bytes_of[self.page] += size

    def until(self, last: str) -> float:
        pages = list(self.bytes_of)
        return sum(self.bytes_of[page] for page in pages[: pages.index(last) + 1])


def report_once(chromium: str, base: str, task: dict[str, Any]) -> Visit:
    visit = Visit()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        context = browser.new_context(
            viewport=PHONE, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", is_mobile=True, has_touch=True
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        visit.turn_to("sign in")
        listen(page, visit)
        walk(page, base, visit, task)
        browser.close()
    return visit


def listen(page: Page, visit: Visit) -> None:
    """A weak line, and a count of everything that comes over it."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )

    def sent(event: dict[str, Any]) -> None:
        if redirected := event.get("redirectResponse"):
            visit.count(redirected["encodedDataLength"])

    network.on("Network.requestWillBeSent", sent)
    network.on("Network.loadingFinished", lambda event: visit.count(event["encodedDataLength"]))


def walk(page: Page, base: str, visit: Visit, task: dict[str, Any]) -> None:
    """Sign in, open what is due, type what is empty, check, submit."""
    page.goto(f"{base}/tai-khoan/dang-nhap/", wait_until="networkidle")
    # The browser asks for the icon behind the page's back, where the log does not see it.
    visit.count(weight(f"{base}{page.locator('link[rel=icon]').get_attribute('href')}"))
    page.locator("input[name=login]").fill(USER)
    page.locator("input[name=password]").fill(task["password"])
    started = time.monotonic()
    visit.turn_to("home")
    press(page, "main button:has-text('Đăng nhập')", f"{base}/")
    visit.turn_to("form")
    press(page, f"main a.btn--p[href='/bao-cao/{task['report']}/']", f"**/bao-cao/{task['report']}/")
    page.wait_for_load_state("networkidle")
    visit.turn_to("typing")
    visit.typed = type_what_is_empty(page)
    visit.turn_to("check")
    press(page, "button:has-text('Kiểm tra và nộp')", "**/kiem-tra/")
    if page.locator("[role=alert]").count():
        raise SystemExit(page.locator("[role=alert]").first.inner_text())
    visit.turn_to("receipt")
    press(page, "button:has-text('Nộp báo cáo')", "**/bien-nhan/**")
    visit.receipt = page.locator(".receipt__code").inner_text().strip()
    visit.seconds = time.monotonic() - started
    page.wait_for_load_state("networkidle")


def press(page: Page, button: str, address: str) -> None:
    page.locator(button).first.tap()
    page.wait_for_url(address, wait_until="load")


def type_what_is_empty(page: Page) -> int:
    """What a person has to do on the form and no more: each number that stands nowhere, each choice not made."""
    typed = 0
    for place in page.locator("form#bao-cao input:visible:not([type=file])").all():
        if place.get_attribute("type") == "radio":
            name = place.get_attribute("name")
            if not page.locator(f"input[name='{name}']:checked").count():
                place.check()
                typed += 1
        elif not place.input_value():
            # Less than any total that the demo has, or that is typed here.
            place.fill("40" if place.get_attribute("data-den") is not None else "7")
            typed += 1
    return typed


def weight(url: str) -> int:
    """Bytes of one answer, its headers too, as a browser asks for it."""
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})  # noqa: S310 - our own address
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
        return len(bytes(answer.headers)) + len(answer.read())


# --- the portal ---------------------------------------------------------------------------------
@contextmanager
def production_server(environ: dict[str, str]) -> Iterator[str]:
    """The image's own command line and settings, static files compressed and named by content, on a free port."""
    port = free_port()
    environ = environ | {
        "PORTAL_ENV": "production",
        "SECRET_KEY": "only-for-this-measurement-" + "0123456789" * 3,
        "ALLOWED_HOSTS": "localhost",
        "SECURE_SSL_REDIRECT": "false",
        "LOG_LEVEL": "WARNING",
    }
    manage = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(manage, cwd=ROOT, env=environ, check=True)
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", f"--bind=localhost:{port}"]
    command += ["--worker-class=gthread", "--workers=2", "--threads=8", "--timeout=60", "--log-level=warning"]
    server = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        base = f"http://localhost:{port}"
        wait_until(lambda: answers(f"{base}/readyz"), server)
        yield base
    finally:
        server.terminate()
        server.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], bool], server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not ready():
        if server.poll() is not None or time.monotonic() > until:
            raise SystemExit("The server of the browser bench does not answer; what it said stands above.")
        time.sleep(0.2)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def in_portal(environ: dict[str, str], question: str) -> dict[str, Any]:
    """One of the functions below, asked in a process that has the portal's settings."""
    program = (
        "import json, django; django.setup(); from tests.bench import reporting_browser as bench; "
        f"print(json.dumps(bench.{question}()))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=environ, text=True, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


# --- what the portal could not know (run inside it) -----------------------------------------------
def begin() -> dict[str, Any]:
    """The principal's report as nobody has touched it, one total unknown, and how many facts only the school has."""
    from accounts.demo import DEMO_PASSWORD
    from reports.models import Draft, Report, ReportState
    from schools.models import Headcount

    report = open_report()
    Draft.objects.filter(pk=report.pk).update(values={}, narrative={}, version=0, saved_at=None, saved_by=None)
    Report.objects.filter(pk=report.pk).update(state=ReportState.NOT_STARTED)
    # Without this the school list has every total, and nothing would show that one is typed once.
    counts = Headcount.objects.filter(unit=report.unit, school_year=report.round.school_year, population="pupils")
    counts.filter(level=counts.order_by("level").values("level")[:1]).delete()
    asked, unknown = facts(report)
    return {
        "report": report.pk,
        "unit": report.unit.name,
        "password": DEMO_PASSWORD,
        "asked": asked,
        "unknown": unknown,
    }


def receipt() -> dict[str, Any]:
    submission = open_report().current_submission
    return {"receipt": submission.receipt if submission else ""}


def open_report() -> Any:
    """What the demo's principal owes first."""
    from reports.models import Report, RoundState

    mine = Report.objects.filter(unit__memberships__user__username=USER, round__state=RoundState.OPEN)
    return mine.select_related("round", "unit", "current_submission").order_by("round__deadline_at", "pk")[0]


def facts(report: Any) -> tuple[int, int]:
    """How many numbers and answers the round asks of this school, and how many of them stand nowhere.

    Straight from the tables, apart from the code of the form. Known is: a total in the school-year counts;
    a total that the school states for the same people and level, however often it is asked; a yes or no that
    rarely changes, from the last round; an answer to the same indicator in another round of the same year.
    """
    from reports.models import ReportState, RoundIndicator, Value
    from schools.levels import to_codes
    from schools.models import Headcount

    said = Value.objects.filter(submission__report__unit=report.unit).exclude(submission__report=report)
    said = said.filter(submission__in=said.values("submission__report__current_submission"))
    last_round = said.filter(submission__report__round=report.round.previous_id, indicator__rarely_changes=True)
    this_year = said.filter(
        submission__report__round__school_year=report.round.school_year,
        submission__report__state__in=[ReportState.SUBMITTED, ReportState.ACCEPTED],
        submission__report__excluded_at__isnull=True,
    )
    same = this_year.filter(submission__report__round__year=report.round.year)
    heads = set(
        Headcount.objects.filter(unit=report.unit, school_year=report.round.school_year).values_list(
            "population", "level"
        )
    )
    heads |= set(this_year.values_list("indicator__counted", "level"))
    asked, unknown, totals = 0, 0, set()
    for item in RoundIndicator.objects.filter(round=report.round).select_related("indicator"):
        indicator = item.indicator
        common = indicator.levels & report.levels
        for level in to_codes(common) if indicator.counted == "pupils" else [""] * bool(common):
            kept = last_round if indicator.kind == "units" else said.none()
            held = any(found.filter(indicator=indicator, level=level).exists() for found in (same, kept))
            asked += 1 if indicator.kind == "units" else 2
            unknown += not held
            if indicator.kind == "people" and not held and (indicator.counted, level) not in heads:
                totals.add((indicator.counted, level))
    return asked, unknown + len(totals)
