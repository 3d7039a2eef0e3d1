from __future__ import annotations

from types import SimpleNamespace

import pytest

from accounts.models import User
from schools.models import Membership, Unit
from schools.scope import NOBODY
from schools.selectors import scope_of

EVERYTHING = {
    "department", "office", "other_office", "commune_a", "commune_b", "th_a", "thths_a", "thpt_a", "mn_b",
}  # fmt: skip
COMMUNE_A = {"commune_a", "th_a", "thths_a", "thpt_a"}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("admin", EVERYTHING),
        ("officer", EVERYTHING),
        ("other_officer", EVERYTHING),
        ("viewer", EVERYTHING),
        ("commune_officer", COMMUNE_A),
        ("commune_officer_b", {"commune_b", "mn_b"}),
        ("principal", {"th_a"}),
        ("staff_member", {"th_a"}),
        ("principal_b", {"mn_b"}),
    ],
)
def test_each_role_sees_its_part_of_the_tree(world: SimpleNamespace, who: str, seen: set[str]) -> None:
    found = Unit.objects.visible_to(scope_of(getattr(world, who)))

    assert set(found) == {getattr(world, name) for name in seen}


def test_a_commune_sees_a_school_that_it_manages_in_another_commune(world: SimpleNamespace) -> None:
    Unit.objects.filter(pk=world.mn_b.pk).update(manager=world.commune_a)

    assert world.mn_b in Unit.objects.visible_to(scope_of(world.commune_officer))


def test_one_who_left_sees_nothing(world: SimpleNamespace) -> None:
    membership = Membership.objects.get(user=world.admin)
    membership.ended_at = membership.started_at
    membership.save()

    assert not Unit.objects.visible_to(scope_of(world.admin)).exists()


def test_a_user_without_a_unit_and_a_stranger_see_nothing(world: SimpleNamespace) -> None:
    newcomer = User.objects.create_user("moi")

    assert not Unit.objects.visible_to(scope_of(newcomer)).exists()
    assert not Unit.objects.visible_to(NOBODY).exists()
