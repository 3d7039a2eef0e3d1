"""The rules of the form in the language of a spreadsheet: what a cell refuses, and what is told beside it. Pure.

They help whoever types; what counts are `rules.problems`, which every upload goes through.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from reports.collection import thresholds
from reports.collection.rules import Problem

MOST = 999_999_999
# The place of each sentence in `notes()`, by the kind of problem that the rules find.
NOTE_OF = {
    "missing": 1,
    "not_a_number": 2,
    "negative": 2,
    "too_large": 2,
    "swapped": 3,
    "above": 4,
    "far_from_known": 5,
    "staff_changed": 6,
    "differs_from_known": 7,
    "ten_times": 8,
}
FIRST_WRONG, LAST_WRONG = 2, 4


def answers() -> tuple[str, str]:
    """Yes and no, as the list of a cell offers them."""
    return _("Có"), _("Chưa")


def notes() -> tuple[str, ...]:
    """What may be told beside a pair of numbers; the first is nothing."""
    return (
        "",
        _("Chưa điền"),
        _("Chỉ nhận số nguyên từ 0"),
        _("Có thể số đạt và tổng số đang bị đổi chỗ cho nhau"),
        _("Số đạt lớn hơn tổng số"),
        _("Tổng số khác xa số đã biết; kiểm tra có thừa hay thiếu chữ số"),
        _("Số người đổi hơn 30% so với đợt trước; nếu đúng thì giữ nguyên"),
        _("Tổng số khác số đã biết hơn 20%; nếu đúng thì giữ nguyên"),
        _("Gấp nhiều lần đợt trước; kiểm tra có thừa chữ số"),
    )


def note_of(problems: Sequence[Problem]) -> int:
    """The note that a sheet would find for these problems of one row: the value its formula starts with."""
    found = {NOTE_OF[problem.kind] for problem in problems if problem.kind in NOTE_OF}
    return min(found, default=0)


def whole(cell: str, numerator: str, denominator: str) -> str:
    """A whole number from 0, with the numerator not above the denominator."""
    fits = f"OR(NOT(ISNUMBER({numerator})),NOT(ISNUMBER({denominator})),{numerator}<={denominator})"
    return f"=AND(ISNUMBER({cell}),{cell}>=0,{cell}<={MOST},{cell}=INT({cell}),{fits})"


def wrong(n: str, d: str) -> str:
    """Whether a pair cannot be submitted, for the colour of its cells; blank is not wrong yet."""
    odd = [f'AND({cell}<>"",NOT(IF(ISNUMBER({cell}),AND({cell}>=0,{cell}=INT({cell})),FALSE)))' for cell in (n, d)]
    return f"=OR({odd[0]},{odd[1]},AND(ISNUMBER({n}),ISNUMBER({d}),{n}>{d}))"


def strange(n: str, d: str, last_n: str, last_d: str, *, staff: bool) -> str:
    """Whether a pair is far from the last round's."""
    found = [_many_times_reached(n, last_n)]
    return f"=OR({','.join([*found, _staff_changed(d, last_d)] if staff else found)})"


def yes_no_wrong(cell: str) -> str:
    yes, no = answers()
    return f'=AND({cell}<>"",{cell}<>"{yes}",{cell}<>"{no}")'


def pair_note(n: str, d: str, known: str, last_n: str, last_d: str, *, staff: bool) -> str:
    """The number of the note of a pair, in the order of `notes()`."""
    not_whole = f"OR({n}<0,{d}<0,{n}<>INT({n}),{d}<>INT({d}))"
    swapped = f"OR({_near(n, known)},{_near(n, last_d)})"
    told = [(_far(d, known), 5), (_differs(d, known), 7), (_many_times_reached(n, last_n), 8)]
    if staff:
        told.insert(1, (_staff_changed(d, last_d), 6))
    compared = _first([(not_whole, 2), (f"{n}>{d}", f"IF({swapped},3,4)"), *told])
    numbers = f"IF(AND(ISNUMBER({n}),ISNUMBER({d})),{compared},2)"
    return f'=IF({d}="",1,IF({n}="",IF({d}=0,0,1),{numbers}))'


def yes_no_note(cell: str) -> str:
    return f'=IF({cell}="",1,0)'


def note_words(code: str) -> str:
    """The sentence of a note whose number stands in another cell."""
    said = ",".join(f'"{note}"' for note in notes())
    return f"=CHOOSE({code}+1,{said})"


def rate(n: str, d: str) -> str:
    """Cut to one decimal, as the portal shows it; blank while there is none."""
    there = f"AND(ISNUMBER({n}),ISNUMBER({d}))"
    return f'=IF({there},IF(AND({d}>0,{n}>=0,{n}<={d}),ROUNDDOWN({n}/{d},3),""),"")'


def _first(cases: Sequence[tuple[str, int | str]]) -> str:
    """The value of the first case that holds, 0 where none does."""
    found = "0"
    for holds, value in reversed(cases):
        found = f"IF({holds},{value},{found})"
    return found


# Each is FALSE, and no error, where a cell that it compares with is blank.
def _near(n: str, total: str) -> str:
    apart = f"ABS({n}-{total})*100<={thresholds.SWAPPED_NEAR_PERCENT}*{total}"
    return f"IF(ISNUMBER({total}),AND({total}>0,{apart}),FALSE)"


def _far(d: str, known: str) -> str:
    times = thresholds.MANY_TIMES
    apart = f"OR({d}>={times}*{known},{known}>={times}*MAX({d},1))"
    return f"IF(ISNUMBER({known}),AND({known}>={thresholds.FEWEST_TO_COMPARE},{apart}),FALSE)"


def _differs(d: str, known: str, percent: int = thresholds.LIST_DIFFERENCE_PERCENT) -> str:
    apart = f"ABS({d}-{known})*100>{percent}*{known},ABS({d}-{known})>={thresholds.FEWEST_CHANGED}"
    return f"IF(AND(ISNUMBER({d}),ISNUMBER({known})),AND({apart}),FALSE)"


def _staff_changed(d: str, last_d: str) -> str:
    changed = _differs(d, last_d, thresholds.STAFF_CHANGE_PERCENT)
    return f"IF(ISNUMBER({last_d}),IF({last_d}>0,{changed},FALSE),FALSE)"


def _many_times_reached(n: str, last_n: str) -> str:
    more = f"{last_n}>={thresholds.FEWEST_TO_COMPARE},{n}>={thresholds.MANY_TIMES_REACHED}*{last_n}"
    return f"IF(AND(ISNUMBER({n}),ISNUMBER({last_n})),AND({more}),FALSE)"
