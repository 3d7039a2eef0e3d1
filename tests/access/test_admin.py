"""The admin is for the department's administrator: every one of its addresses, whatever a package adds."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.access.routes import all_routes
from tests.access.rows import ROLES, SIGN_IN, WHO

pytestmark = pytest.mark.django_db
FILLED = {"app_label": "schools", "url": "nothing/", "object_id": "1", "id": "1", "content_type_id": "1"}
ENTRANCE = {"admin:login", "admin:logout"}


def addresses() -> dict[str, str]:
    """Name → address, with something in every place of the pattern."""
    found = {name: path for name, path in all_routes().items() if path.startswith("admin/")}
    return {name: "/" + _fill(path) for name, path in found.items()}


def _fill(path: str) -> str:
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda place: FILLED[place[1]], path)
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda place: FILLED[place[1]], path)
    return re.sub(r"[\^$?]", "", path)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_nobody_else_sees_any_page_of_the_admin(
    role: str, open_world: SimpleNamespace, client_of: Callable[..., Client]
) -> None:
    client = client_of(getattr(open_world, WHO[role])) if role in WHO else Client()
    for name, address in addresses().items():
        if name not in ENTRANCE:
            response = client.get(address)
            turned_away = response.status_code in {302, 403, 404}
            inside = response.headers.get("Location", SIGN_IN).startswith((SIGN_IN, "/admin/login/"))
            assert turned_away and inside, f"{name}: {response.status_code}"


def test_every_page_of_the_admin_opens_for_the_administrator(
    open_world: SimpleNamespace, client_of: Callable[..., Client]
) -> None:
    client = client_of(open_world.admin)
    opened = {name: client.get(address).status_code for name, address in addresses().items() if name not in ENTRANCE}
    assert {name: code for name, code in opened.items() if code >= 500} == {}
    # What may not be added by hand answers 403; lists and the index must open.
    lists = {name: code for name, code in opened.items() if name.endswith(("_changelist", ":index"))}
    assert lists and set(lists.values()) == {200}
