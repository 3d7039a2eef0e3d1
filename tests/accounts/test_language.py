from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry

SWITCH = "/tai-khoan/ngon-ngu/"
SIGN_IN = "/tai-khoan/dang-nhap/"
pytestmark = pytest.mark.django_db


def test_a_page_is_vietnamese_even_in_an_english_browser() -> None:
    assert '<html lang="vi">' in Client(headers={"accept-language": "en-US,en"}).get(SIGN_IN).content.decode()


def test_the_switch_turns_the_page_to_english_and_back_and_stays() -> None:
    client = Client()
    response = client.post(SWITCH, {"language": "en", "next": SIGN_IN})
    assert response["Location"] == SIGN_IN
    assert response.cookies["lang"]["max-age"] == 365 * 24 * 3600
    for _ in range(2):
        assert '<html lang="en">' in client.get(SIGN_IN).content.decode()
    client.post(SWITCH, {"language": "vi", "next": SIGN_IN})
    assert '<html lang="vi">' in client.get(SIGN_IN).content.decode()


def test_the_choice_is_kept_with_the_account_and_recorded(world: SimpleNamespace, client_of: Any) -> None:
    client_of(world.principal).post(SWITCH, {"language": "en"})
    world.principal.refresh_from_db()
    assert world.principal.language == "en"
    entry = AuditEntry.objects.get(action="user.language")
    assert (entry.actor, entry.before, entry.after) == (world.principal, {"language": "vi"}, {"language": "en"})


def test_an_account_in_english_finds_its_language_on_a_new_machine(world: SimpleNamespace) -> None:
    world.principal.language = "en"
    world.principal.save()
    client = Client()
    client.post(SIGN_IN, {"login": world.principal.username, "password": "mat-khau-thu-2026"})
    assert '<html lang="en">' in client.get("/tai-khoan/").content.decode()


def test_a_language_that_is_not_spoken_changes_nothing(world: SimpleNamespace, client_of: Any) -> None:
    client_of(world.principal).post(SWITCH, {"language": "fr"})
    world.principal.refresh_from_db()
    assert world.principal.language == "vi"


def test_the_switch_leads_to_no_other_site() -> None:
    response = Client().post(SWITCH, {"language": "en", "next": "https://example.org/"})
    assert response["Location"] == "/"


def test_looking_at_the_switch_changes_nothing() -> None:
    assert Client().get(SWITCH).status_code == 405
