from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools import text
from schools.models import Unit

# The order of a Vietnamese dictionary: letters first, then level, hook, tilde, acute, dot.
DICTIONARY = [
    "ba",
    "bà",
    "bả",
    "bã",
    "bá",
    "bạ",
    "băn",
    "bân",
    "be",
    "bê",
    "bo",
    "bô",
    "bơ",
    "bu",
    "bư",
    "ca",
    "da",
    "đa",
]


def test_search_does_not_care_for_marks_case_or_blanks() -> None:
    assert text.fold("  Đặc khu\u00a0LÝ   Sơn ") == "dac khu ly son"


def test_a_decomposed_name_is_the_same_name() -> None:
    assert text.clean("Hòa") == "Hòa" == text.clean("Ho\u0300a")


def test_names_are_sorted_as_in_a_dictionary() -> None:
    mixed = DICTIONARY.copy()
    random.Random(7).shuffle(mixed)

    assert sorted(mixed, key=text.sort_key) == DICTIONARY


def test_letters_decide_before_tones() -> None:
    assert sorted(["Hòa Bình", "Hoa Lư", "Hóa An"], key=text.sort_key) == ["Hóa An", "Hòa Bình", "Hoa Lư"]


def test_numbers_inside_names_are_sorted_as_numbers() -> None:
    names = ["Trường MN số 10", "Trường MN số 2", "Trường MN số 1"]

    assert sorted(names, key=text.sort_key) == ["Trường MN số 1", "Trường MN số 2", "Trường MN số 10"]


@given(st.text(max_size=40))
def test_a_sort_key_holds_digits_only_so_that_every_collation_agrees(name: str) -> None:
    key = text.sort_key(name)

    assert key.isascii()
    assert key.isdigit()


@pytest.mark.django_db
def test_the_database_orders_by_the_key_exactly_as_python_does() -> None:
    names = [f"Xã {word}" for word in DICTIONARY] + ["Xã Ea H’Leo", "Xã Cư M'gar", "Phường 2", "Phường 10", "Xã Ý Yên"]
    for number, name in enumerate(names):
        Unit.objects.create(kind="commune", code=str(number), name=name)

    found = list(Unit.objects.order_by("name_sort").values_list("name", flat=True))

    assert found == sorted(names, key=text.sort_key)
