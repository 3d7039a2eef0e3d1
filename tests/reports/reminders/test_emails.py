from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from reports.rounds.wording import extension_words, report_name, rule_words
from tests import factories as make


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"on": date(2026, 12, 15), "rule": "before"}, "trước ngày 15/12/2026"),
        ({"on": date(2026, 12, 15), "rule": "by"}, "chậm nhất ngày 15/12/2026"),
        (
            {"on": date(2026, 12, 15), "rule": "at", "at": time(17)},
            "trước 17:00 ngày 15/12/2026",
        ),
        ({}, ""),
    ],
)
def test_the_deadline_is_said_as_the_document_counts_it(fields: dict[str, Any], words: str) -> None:
    assert rule_words(fields.get("on"), fields.get("rule", ""), fields.get("at")) == words


def test_an_extension_is_said_by_its_last_day_or_its_hour() -> None:
    assert extension_words(make.local(2026, 12, 21)) == "đến hết ngày 20/12/2026"
    assert extension_words(make.local(2026, 12, 21, 9, 30)) == "trước 09:30 ngày 21/12/2026"


def test_a_round_whose_name_begins_with_the_word_keeps_it_once() -> None:
    assert report_name("Báo cáo tháng 6/2026") == "báo cáo tháng 6/2026"
    assert report_name("Tổng kết 2026") == "báo cáo Tổng kết 2026"
