from __future__ import annotations

import pytest

from schools.imports import legacy


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Tr\u00adêng TiÓu häc Gia ViÔn", "Trường Tiểu học Gia Viễn"),
        ("C«ng lËp", "Công lập"),
        ("X· Quúnh Phô", "Xã Quỳnh Phụ"),
        ("Tröôøng Tieåu hoïc Gia Vieãn", "Trường Tiểu học Gia Viễn"),
        ("Coâng laäp", "Công lập"),
        ("Xaõ Ñinh Tieân Hoaøng", "Xã Đinh Tiên Hoàng"),
    ],
)
def test_old_fonts_are_known_by_their_words(written: str, meant: str) -> None:
    assert legacy.decode(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "Trường TH Gia Viễn",
        "Công",
        "Ô Mai Àn",
        "Saint-Exupéry",
        "Café",
        "Hà Nam",
        "25 m²",
        "CÔNG LẬP",
        "Xã Thanh Hà",
        "TH",
    ],
)
def test_what_is_no_old_font_stays_as_it_is(written: str) -> None:
    assert legacy.decode(written) == written


def test_signs_inside_words_that_no_font_explains_are_noticed() -> None:
    assert legacy.looks_undecoded("Tr§¦êng")
    assert not legacy.looks_undecoded("Trường số 2 (điểm lẻ)")
    assert not legacy.looks_undecoded("Saint-Exupéry")
