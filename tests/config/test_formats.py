from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.template import Context, Template
from django.utils import formats, translation


@pytest.mark.parametrize("typed", ["10/12/2026", "2026-12-10"])
def test_a_date_typed_the_vietnamese_way_is_read_day_first(typed: str) -> None:
    with translation.override("vi"):
        assert forms.DateField(localize=True).clean(typed) == date(2026, 12, 10)
        assert forms.DateField().clean(typed) == date(2026, 12, 10)


def test_dates_and_numbers_are_written_the_vietnamese_way() -> None:
    with translation.override("vi"):
        assert formats.date_format(date(2026, 12, 10)) == "10/12/2026"
        assert formats.number_format("1234.5", force_grouping=True) == "1.234,5"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_year_in_a_page_is_not_grouped_like_a_count(language: str) -> None:
    with translation.override(language):
        assert Template("{{ year }}").render(Context({"year": 2026})) == "2026"
