"""Every main page in a real browser, wide and narrow: reachable by everybody, and it breaks no rule of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.access.stage import set_stage
from tests.journeys.conftest import NARROW, WIDE

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Page → who opens it (a name of the stage) and its address; {} is filled from the stage.
PAGES: dict[str, tuple[str, str]] = {
    "login": ("", "/tai-khoan/dang-nhap/"),
    "dashboard": ("officer", "/bang-dieu-khien/"),
    "commune": ("commune_officer", "/"),
    "home": ("principal", "/"),
    "form": ("principal", "/bao-cao/{report.pk}/"),
    "receipt": ("th_staff", "/bao-cao/{submitted.pk}/bien-nhan/1/"),
    "queue": ("commune_officer", "/duyet/"),
    "review": ("commune_officer", "/duyet/{submitted.pk}/"),
    "rounds": ("officer", "/dot-bao-cao/"),
    "round": ("officer", "/dot-bao-cao/{round.pk}/"),
    "round_create": ("officer", "/dot-bao-cao/them/"),
    "directives": ("officer", "/van-ban/"),
    "directive": ("officer", "/van-ban/{directive.pk}/"),
    "indicators": ("officer", "/chi-tieu/"),
    "schools": ("officer", "/truong/"),
    "school": ("officer", "/truong/{th_a.pk}/"),
    "import_new": ("admin", "/truong/nhap/"),
    "import_preview": ("admin", "/truong/nhap/{school_import.pk}/"),
    "schools_behind": ("officer", "/bang-dieu-khien/don-vi/"),
    "profile": ("principal", "/tai-khoan/"),
}


@pytest.fixture
def stage(november: Any, open_world: SimpleNamespace) -> SimpleNamespace:
    return set_stage(open_world)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_is_accessible_and_keeps_its_policy(
    name: str, size: dict[str, int], stage: SimpleNamespace, visit: Callable[..., Any]
) -> None:
    who, address = PAGES[name]
    with visit(getattr(stage, who) if who else None, size) as visitor:
        page = visitor.open(address.format(**vars(stage)))

        assert visitor.broken() == []
        assert faults_of_access(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def faults_of_access(page: Any) -> list[str]:
    """Each violation that axe finds, with the first element that has it."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {fault['help']}: {fault['nodes'][0]['html'][:200]}" for fault in found]


def test_pages_work_without_javascript(stage: SimpleNamespace, visit: Callable[..., Any]) -> None:
    for who, address in PAGES.values():
        with visit(getattr(stage, who) if who else None, java_script_enabled=False) as visitor:
            page = visitor.page
            response = page.goto(visitor.base + address.format(**vars(stage)))
            assert response.status == 200
            assert re.search(r"\S", page.locator("h1").first.inner_text())


@pytest.mark.skipif(not os.environ.get("MAKE_SCREENSHOTS"), reason="MAKE_SCREENSHOTS=1 writes docs/dashboard.png")
def test_the_screenshot_of_the_readme(november: Any, visit: Callable[..., Any]) -> None:
    from django.core.management import call_command

    from accounts.models import User

    call_command("load_demo", province="ninh-binh")
    with visit(User.objects.get(username="chuyenvien"), {"width": 1440, "height": 1000}) as visitor:
        visitor.open("/bang-dieu-khien/").screenshot(path=str(ROOT / "docs" / "dashboard.png"))
