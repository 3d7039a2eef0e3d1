"""Each warning at its edge: one person more or less decides, and none of them ever blocks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.collection import rules
from reports.collection.questions import Offered, Question, Row, Values
from targets.completion import Goal, Rate


def question(number: int, code: str, *rows: Row, counted: str = "staff") -> Question:
    return Question(number, number, code, "Kế hoạch", f"Câu {code}", code, "", "people", counted, rows)


def said(row: Row, n: Any, d: Any, *, counted: str = "staff") -> set[str]:
    """The kinds of warnings about one pair that stands alone."""
    return {one.kind for one in warned([question(1, "1", row, counted=counted)], {"1": {row.level: {"n": n, "d": d}}})}


def warned(questions: list[Question], values: Values, *neighbours: rules.Pairs) -> tuple[rules.Problem, ...]:
    return rules.problems(questions, values, neighbours).warnings


def pairs(**answers: tuple[int, int]) -> Values:
    """{code: {"": pair}} from q1=(n, d): the code is what follows the q."""
    return {code[1:]: {"": {"n": n, "d": d}} for code, (n, d) in answers.items()}


# --- fields that were exchanged -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "n", "d", "warns"),
    [
        (Row("", known=100), 110, 70, True),
        (Row("", known=100), 111, 70, False),
        (Row("", previous=Rate(50, 100)), 110, 3, True),
        (Row("", previous=Rate(70, 100)), 200, 160, True),
        (Row("", previous=Rate(70, 100)), 200, 161, False),
        (Row(""), 100, 70, False),
        (Row("", known=100, previous=Rate(0, 0)), 100, 0, False),
    ],
)
def test_exchanged_fields_are_known_by_the_total_or_by_the_last_rate(row: Row, n: int, d: int, warns: bool) -> None:
    assert ("swapped" in said(row, n, d)) is warns


def test_a_pair_that_fits_is_never_called_exchanged() -> None:
    assert "swapped" not in said(Row("", known=100), 100, 100)


# --- a digit too many or too few ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "d", "kind"),
    [
        (Row("", known=100), 500, "far_from_known"),
        (Row("", known=100), 499, "differs_from_known"),
        (Row("", known=100), 20, "far_from_known"),
        (Row("", known=100), 21, "differs_from_known"),
        (Row("", known=4), 7, None),
        (Row("", known=4), 40, "differs_from_known"),
        (Row("", known=100), 120, None),
        (Row("", known=100), 121, "differs_from_known"),
        (Row("", known=10), 13, None),
        (Row("", known=10), 14, "differs_from_known"),
        (Row("", previous=Rate(9, 100)), 500, "far_from_last"),
        (Row("", known=500, previous=Rate(9, 100)), 500, "staff_changed"),
        (Row("", previous=Rate(9, 100)), 131, "staff_changed"),
        (Row("", previous=Rate(5, 10)), 13, None),
    ],
)
def test_one_total_gets_one_word_the_strongest(row: Row, d: int, kind: str | None) -> None:
    assert said(row, 1, d) & TOTALS == ({kind} if kind else set())


TOTALS = {"far_from_known", "far_from_last", "staff_changed", "pupils_changed", "differs_from_known", "totals_differ"}


def test_pupils_are_held_against_the_last_round_only_where_no_list_says_better() -> None:
    last = Rate(50, 100)
    assert said(Row("TH", previous=last), 60, 131, counted="pupils") == {"pupils_changed"}
    assert said(Row("TH", previous=last), 60, 130, counted="pupils") == set()
    assert said(Row("TH", known=131, previous=last), 60, 131, counted="pupils") == set()


@pytest.mark.parametrize(
    ("last", "n", "d", "kind"),
    [
        (Rate(5, 100), 40, 100, "ten_times"),
        (Rate(5, 100), 39, 100, None),
        (Rate(4, 100), 90, 100, None),
        (Rate(80, 100), 16, 100, "tenth"),
        (Rate(80, 100), 17, 100, None),
        (Rate(80, 100), 8, 50, "tenth"),
        (Rate(80, 100), 9, 50, None),
        (Rate(80, 100), 0, 100, None),
        (Rate(10, 100), 79, 79, None),
    ],
)
def test_the_part_is_held_against_the_last_round(last: Rate, n: int, d: int, kind: str | None) -> None:
    found = said(Row("", known=d, previous=last), n, d) & {"ten_times", "tenth"}
    assert found == ({kind} if kind else set())


def test_a_total_of_a_tenth_is_not_said_twice() -> None:
    assert said(Row("", known=100, previous=Rate(80, 100)), 8, 10) == {"far_from_known"}


# --- one form against itself --------------------------------------------------------------------


def test_totals_of_the_same_people_contradict_each_other_beyond_five_percent() -> None:
    form = [question(1, "1", Row("")), question(2, "2", Row("")), question(3, "3", Row(""))]
    (one,) = warned(form, pairs(q1=(50, 100), q2=(60, 106), q3=(70, 100)))
    assert (one.kind, one.code, one.field) == ("totals_differ", "2", "d")
    assert "mục 1 (100)" in one.text
    assert not warned(form, pairs(q1=(50, 100), q2=(60, 105), q3=(70, 100)))


def test_of_two_totals_the_one_that_is_not_known_is_the_strange_one() -> None:
    form = [question(1, "1", Row("", known=100)), question(2, "2", Row("", known=100))]
    (one,) = warned(form, pairs(q1=(50, 110), q2=(60, 100)))
    assert (one.kind, one.code) == ("totals_differ", "1")


def test_other_people_may_be_fewer() -> None:
    form = [question(1, "1", Row("")), question(2, "2", Row(""), counted="pupils")]
    assert not warned(form, pairs(q1=(5, 10), q2=(60, 100)))


def levels(th: int, thcs: int) -> set[tuple[str, str]]:
    row = question(1, "1", Row("TH", known=300), Row("THCS", known=200), counted="pupils")
    values: Values = {"1": {"TH": {"n": 10, "d": th}, "THCS": {"n": 20, "d": thcs}}}
    return {(one.kind, one.level) for one in warned([row], values)}


def test_columns_of_two_levels_that_were_exchanged_are_named_in_both() -> None:
    both = {("levels_exchanged", "TH"), ("levels_exchanged", "THCS")}
    assert levels(200, 300) == both
    assert levels(210, 285) == both
    assert not levels(300, 200) & both
    assert not levels(200, 200) & both


def test_levels_of_nearly_the_same_size_cannot_be_told_apart() -> None:
    row = question(1, "1", Row("TH", known=204), Row("THCS", known=200), counted="pupils")
    assert not warned([row], {"1": {"TH": {"n": 10, "d": 200}, "THCS": {"n": 20, "d": 204}}})


def test_everything_at_a_hundred_percent_is_said_once_and_not_of_each_row() -> None:
    form = [question(1, "1", Row("", previous=Rate(10, 40))), question(2, "2", Row("", previous=Rate(10, 40)))]
    assert {one.kind for one in warned(form, pairs(q1=(40, 40), q2=(40, 40)))} == {"all_full"}
    assert "all_full" not in said(Row(""), 40, 40)


# --- figures that were copied -------------------------------------------------------------------


def last_round(*, known: int | None = None, offered: bool = False) -> list[Question]:
    offer = Offered(30, 40, "báo cáo Tổng kết 2026") if offered else None
    return [
        question(1, "1", Row("", known=known, previous=Rate(30, 40), offered=offer)),
        question(2, "2", Row("TH", previous=Rate(100, 300)), counted="pupils"),
    ]


def copied(n: int, d: int = 310) -> Values:
    return {"1": {"": {"n": 30, "d": 40}}, "2": {"TH": {"n": n, "d": d}}}


def test_figures_of_the_last_round_are_noticed_when_all_are_the_same() -> None:
    assert [one.kind for one in warned(last_round(), copied(100))] == ["same_as_last_round"]
    assert not warned(last_round(), copied(101))


def test_a_figure_that_the_portal_filled_in_is_not_called_copied() -> None:
    assert not warned(last_round(offered=True), copied(100))


def test_one_number_may_be_the_same_unless_its_total_is_no_longer_true() -> None:
    assert said(Row("", known=40, previous=Rate(30, 40)), 30, 40) == set()
    assert said(Row("", known=42, previous=Rate(30, 40)), 30, 40) == {"same_as_last_round"}


NEIGHBOUR = {("1", ""): (30, 40), ("2", "TH"): (100, 310), ("3", "THCS"): (5, 6)}


def test_a_neighbours_figures_are_noticed_and_the_neighbour_is_not_named() -> None:
    form = [question(1, "1", Row("")), question(2, "2", Row("TH"), counted="pupils")]
    (one,) = warned(form, copied(100), {("1", ""): (1, 2)}, NEIGHBOUR)
    assert one.kind == "same_as_neighbour"
    assert "giống hệt một trường khác trong xã" in one.text
    assert not warned(form, copied(101), NEIGHBOUR)


def test_of_the_last_round_too_only_what_is_neither_nobody_nor_everybody_tells() -> None:
    form = [question(1, "1", Row("", previous=Rate(30, 40))), question(2, "2", Row("", previous=Rate(40, 40)))]
    assert not warned(form, pairs(q1=(30, 40), q2=(40, 40)))
    form = [question(1, "1", Row("", previous=Rate(30, 40))), question(2, "2", Row("", previous=Rate(0, 40)))]
    assert not warned(form, pairs(q1=(30, 40), q2=(0, 40)))


@pytest.mark.parametrize(("n", "d"), [(310, 310), (0, 310)])
def test_two_schools_may_both_have_reached_everybody_or_nobody(n: int, d: int) -> None:
    form = [question(1, "1", Row("")), question(2, "2", Row("TH"), counted="pupils")]
    assert not warned(form, copied(n, d), NEIGHBOUR | {("2", "TH"): (n, d)})


def test_a_yes_or_no_is_no_figure_that_could_be_copied() -> None:
    yes = Question(3, 3, "3", "", "", "", "", "units", "", (Row(""),))
    form = [question(1, "1", Row("")), question(2, "2", Row("TH"), counted="pupils"), yes]
    values = copied(100) | {"3": {"": {"n": 1, "d": 1}}}
    assert [one.kind for one in warned(form, values, NEIGHBOUR)] == ["same_as_neighbour"]


# --- whatever is sent ---------------------------------------------------------------------------

FORM = [
    Question(1, 1, "1.1", "", "", "", "", "units", "", (Row("", known=1, offered=Offered(1, 1, "đợt trước")),)),
    question(2, "1.2", Row("", known=46, goal=Goal(None), previous=Rate(37, 45))),
    question(3, "1.3", Row("TH", known=300, previous=Rate(0, 0)), Row("THCS", known=0), counted="pupils"),
    question(4, "1.4", Row("TH"), Row("THCS", offered=Offered(5, 9, "báo cáo")), counted="pupils"),
]
NUMBERS = st.integers(-3, 3) | st.integers(0, 10**6) | st.integers()
KEYS = st.sampled_from(["n", "d", "", "TH"])
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
CODES = st.sampled_from(["1.1", "1.2", "1.3", "1.4"])
CELLS = st.fixed_dictionaries({}, optional={"n": ANYTHING, "d": ANYTHING})
ROWS = st.dictionaries(st.sampled_from(["", "TH", "THCS"]), CELLS | ANYTHING, max_size=3)
VALUES = st.dictionaries(CODES, ROWS | ANYTHING, max_size=4) | ANYTHING
WHOLE = st.integers(0, 10**6)
FITTING = st.tuples(WHOLE, WHOLE).map(lambda two: {"n": min(two), "d": max(two)})


@given(values=VALUES)
@example(values={"1.2": {"": {"n": 10**5000, "d": -(10**5000)}}})
@example(values={"1.2": {"": {"n": [10**5000]}}})
@settings(max_examples=300, deadline=None)
def test_whatever_is_sent_gets_an_answer(values: Any) -> None:
    found = rules.problems(FORM, values, [NEIGHBOUR])
    assert all(problem.text for problem in (*found.errors, *found.warnings))
    rules.as_typed(FORM, values)


@pytest.mark.parametrize("cell", [True, 1.0, "1", 2, -1])
def test_only_one_and_nought_are_yes_and_no(cell: Any) -> None:
    errors = rules.problems(FORM[:1], {"1.1": {"": {"n": cell}}}).errors
    assert [error.kind for error in errors] == ["not_a_number"]


@given(cells=st.tuples(FITTING, FITTING, FITTING, FITTING, FITTING), yes=st.integers(0, 1))
@settings(max_examples=300, deadline=None)
def test_no_warning_ever_blocks(cells: tuple[Any, ...], yes: int) -> None:
    staff, *pupils = cells
    values: Values = {
        "1.1": {"": {"n": yes}},
        "1.2": {"": staff},
        "1.3": {"TH": pupils[0], "THCS": pupils[1]},
        "1.4": {"TH": pupils[2], "THCS": pupils[3]},
    }
    assert not rules.problems(FORM, values, [NEIGHBOUR]).errors
