from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools import levels
from schools.levels import Level
from schools.models import Unit
from schools.services import default_manager


@given(st.integers(min_value=0, max_value=levels.ALL_LEVELS))
def test_every_mask_is_its_codes_and_back(mask: int) -> None:
    assert levels.from_codes(levels.to_codes(mask)) == mask


def test_the_lowest_level_is_named_first() -> None:
    assert levels.label(Level.THPT | Level.TH | Level.THCS) == "TH, THCS, THPT"


def test_an_unknown_code_is_an_error_not_a_guess() -> None:
    with pytest.raises(KeyError):
        levels.from_codes(["TH", "C2"])


@pytest.mark.parametrize(
    ("codes", "manager"),
    [
        (["MN"], "commune"),
        (["TH"], "commune"),
        (["THCS"], "commune"),
        (["TH", "THCS"], "commune"),
        (["THPT"], "department"),
        (["THCS", "THPT"], "department"),
        (["TH", "THCS", "THPT"], "department"),
        (["GDTX"], "department"),
        (["GDNN", "GDTX"], "department"),
        (["THCS", "GDTX"], "department"),
        (["TC"], "department"),
        (["CD"], None),
        (["DH"], None),
        (["THPT", "CD"], None),
    ],
)
def test_who_manages_a_school_follows_its_highest_level(codes: list[str], manager: str | None) -> None:
    units = {kind: Unit(kind=kind, code=kind, name=kind) for kind in ("commune", "department")}

    found = default_manager(levels.from_codes(codes), units["commune"], units["department"])

    assert found is (units[manager] if manager else None)
