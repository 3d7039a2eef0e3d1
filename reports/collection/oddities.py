"""What is strange in answers that fit each other: warnings, which teach and never block. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias, TypeGuard

from django.utils.translation import gettext as _

from reports.collection import thresholds
from reports.collection.problem import Problem, about, about_form, grouped
from reports.collection.questions import Question, Row
from targets.completion import Rate

LARGEST = 999_999_999
# {(indicator code, level): (numerator, denominator)}: what another school has answered, of people alone.
Pairs: TypeAlias = "Mapping[tuple[str, str], tuple[int, int]]"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two whole numbers that were answered to one row of a question about people."""

    question: Question
    row: Row
    n: int
    d: int

    @property
    def key(self) -> tuple[str, str]:
        return self.question.code, self.row.level

    @property
    def fits(self) -> bool:
        return self.n <= self.d

    @property
    def is_full(self) -> bool:
        return self.n == self.d > 0

    @property
    def tells(self) -> bool:
        """Neither nobody nor everybody: a pair that two schools hardly share by chance."""
        return 0 < self.n < self.d

    @property
    def last(self) -> Rate | None:
        return self.row.previous


def warnings(questions: Sequence[Question], neighbours: Iterable[Pairs] = ()) -> tuple[Problem, ...]:
    """Row by row in the order of the form, then what concerns the whole of it.

    `neighbours` are the answers of the other schools of the commune, whose names are not told here.
    """
    pairs = pairs_of(questions)
    strange: list[Problem] = []
    exchanged = dict(_exchanged(pairs))
    contradicted = dict(_contradicted(pairs))
    for pair in pairs:
        found = [exchanged[pair.key]] if pair.key in exchanged else list(_about_total(pair))
        if not found and pair.key in contradicted:
            found = [contradicted[pair.key]]
        strange += (*_about_part(pair), *found)
    whole = [*_all_full(pairs), *_same_as_last_round(pairs), *_same_as_neighbour(pairs, neighbours)]
    return (*strange, *whole)


def pairs_of(questions: Iterable[Question]) -> list[Pair]:
    return [
        Pair(question, row, row.n, row.d)
        for question in questions
        if not question.is_yes_no
        for row in question.rows
        if _is_count(row.n) and _is_count(row.d)
    ]


def equal_pairs(mine: Pairs, theirs: Pairs) -> bool:
    """Whether all that one school answered of people is what another did, and not by being nobody or everybody."""
    telling = sum(0 < n < d for n, d in mine.values())
    return telling >= thresholds.FEWEST_TELLING and all(theirs.get(key) == pair for key, pair in mine.items())


def _is_count(cell: object) -> TypeGuard[int]:
    return isinstance(cell, int) and not isinstance(cell, bool) and 0 <= cell <= LARGEST


def _differs(number: int, reference: int, percent: int) -> bool:
    """By more than so many percent, and by enough people to speak of."""
    apart = abs(number - reference)
    return apart * 100 > percent * reference and apart >= thresholds.FEWEST_CHANGED


def _near(number: int, reference: int | None, percent: int) -> bool:
    return reference is not None and abs(number - reference) * 100 <= percent * reference


def _many_times(number: int, reference: int | None) -> bool:
    """So much more, or less, than the reference that a digit may be too many or too few."""
    if reference is None or reference < thresholds.FEWEST_TO_COMPARE:
        return False
    return number >= thresholds.MANY_TIMES * reference or reference >= thresholds.MANY_TIMES * max(number, 1)


# --- the total of a row -----------------------------------------------------------------------


def _about_total(pair: Pair) -> Iterator[Problem]:
    """The strongest thing that can be said of one total, at most one."""
    known = pair.row.known
    last = pair.last.denominator if pair.last else None
    if _many_times(pair.d, known):
        text = _("tổng số %(d)s khác xa số đã biết (%(known)s). Kiểm tra có thừa hay thiếu chữ số.")
        yield _total("far_from_known", pair, text, known=known)
    elif _many_times(pair.d, last) and (known is None or _differs(pair.d, known, thresholds.LIST_DIFFERENCE_PERCENT)):
        text = _("tổng số %(d)s khác xa đợt trước (%(last)s). Kiểm tra có thừa hay thiếu chữ số.")
        yield _total("far_from_last", pair, text, last=last)
    elif last and pair.question.counted == "staff" and _differs(pair.d, last, thresholds.STAFF_CHANGE_PERCENT):
        text = _("số người của trường đổi hơn 30%% so với đợt trước (%(last)s, nay %(d)s). Nếu đúng thì giữ nguyên.")
        yield _total("staff_changed", pair, text, last=last)
    elif known is not None and _differs(pair.d, known, thresholds.LIST_DIFFERENCE_PERCENT):
        text = _("tổng số %(d)s khác số đã biết (%(known)s) hơn 20%%. Nếu đúng thì giữ nguyên.")
        yield _total("differs_from_known", pair, text, known=known)
    elif known is None and last and _differs(pair.d, last, thresholds.PUPILS_CHANGE_PERCENT):
        text = _("tổng số đổi hơn 30%% so với đợt trước (%(last)s, nay %(d)s). Nếu đúng thì giữ nguyên.")
        yield _total("pupils_changed", pair, text, last=last)


def _total(kind: str, pair: Pair, text: str, *, known: int | None = None, last: int | None = None) -> Problem:
    words = {"d": grouped(pair.d), "known": grouped(known or 0), "last": grouped(last or 0)}
    return about(kind, pair.question, pair.row, "d", text % words)


def _exchanged(pairs: Sequence[Pair]) -> Iterator[tuple[tuple[str, str], Problem]]:
    """Two levels of one question, each with the total of the other."""
    percent = thresholds.EXCHANGED_NEAR_PERCENT
    for one, other in combinations(pairs, 2):
        if one.question is not other.question:
            continue
        first, second = _reference(one, other)
        if first is None or second is None or not min(one.d, other.d):
            continue
        crossed = _near(one.d, second, percent) and _near(other.d, first, percent)
        if crossed and not _near(one.d, first, percent) and not _near(other.d, second, percent):
            for pair, twin in ((one, other), (other, one)):
                text = _("có thể số của %(level)s và %(other)s đang bị đổi chỗ cho nhau.")
                words = {"level": pair.row.level_name, "other": twin.row.level_name}
                yield pair.key, about("levels_exchanged", pair.question, pair.row, "d", text % words)


def _reference(one: Pair, other: Pair) -> tuple[int | None, int | None]:
    """The totals of two rows by the same source: the list, else the last round."""
    if one.row.known is not None and other.row.known is not None:
        return one.row.known, other.row.known
    if one.last and other.last:
        return one.last.denominator, other.last.denominator
    return None, None


def _contradicted(pairs: Sequence[Pair]) -> Iterator[tuple[tuple[str, str], Problem]]:
    """Totals that differ from what most questions about the same people say."""
    groups: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault((pair.question.counted, pair.row.level), []).append(pair)
    for group in groups.values():
        counts = Counter(pair.d for pair in group)
        most = max(counts.values())
        likely = [pair for pair in group if counts[pair.d] == most]
        base = next((pair for pair in likely if pair.d == pair.row.known), likely[0])
        for pair in group:
            if base.d and _differs(pair.d, base.d, thresholds.SAME_PEOPLE_PERCENT):
                text = _("tổng số %(d)s khác mục %(number)s (%(other)s), dù cùng đếm những người ấy.")
                words = {"d": grouped(pair.d), "number": base.question.number, "other": grouped(base.d)}
                yield pair.key, about("totals_differ", pair.question, pair.row, "d", text % words)


# --- the part of a row ------------------------------------------------------------------------


def _about_part(pair: Pair) -> Iterator[Problem]:
    last = pair.last
    if not pair.fits:
        if _is_swapped(pair):
            text = _("có thể số đạt và tổng số đang bị đổi chỗ cho nhau.")
            yield about("swapped", pair.question, pair.row, "n", text)
        return
    if last is None or last.numerator < thresholds.FEWEST_TO_COMPARE:
        return
    words = {"n": grouped(pair.n), "last": grouped(last.numerator)}
    if pair.n >= thresholds.MANY_TIMES_REACHED * last.numerator:
        text = _("số đạt %(n)s gấp nhiều lần đợt trước (%(last)s). Kiểm tra có thừa chữ số; nếu đúng thì giữ nguyên.")
        yield about("ten_times", pair.question, pair.row, "n", text % words)
    elif _is_a_tenth(pair, last):
        text = _("số đạt %(n)s chỉ bằng một phần nhỏ đợt trước (%(last)s). Kiểm tra có thiếu chữ số.")
        yield about("tenth", pair.question, pair.row, "n", text % words)


def _is_swapped(pair: Pair) -> bool:
    """A numerator near a total that is known, or a rate that turned upside down is the last round's."""
    if not pair.d:
        return False
    last = pair.last
    totals = (pair.row.known, last.denominator if last else None)
    if any(total and _near(pair.n, total, thresholds.SWAPPED_NEAR_PERCENT) for total in totals):
        return True
    if last is None or not last.applies:
        return False
    apart = abs(pair.d * last.denominator - last.numerator * pair.n) * 100
    return apart <= thresholds.SWAPPED_NEAR_POINTS * pair.n * last.denominator


def _is_a_tenth(pair: Pair, last: Rate) -> bool:
    """Measured against the same rate of what the school is now: one that was split has fewer of both.

    Nobody is an answer of its own, which no slip of a digit makes.
    """
    if not pair.n:
        return False
    expected = min(last.numerator * last.denominator, last.numerator * pair.d)
    least = thresholds.FEWEST_TO_COMPARE * last.denominator
    return expected >= least and thresholds.MANY_TIMES * pair.n * last.denominator <= expected


# --- the whole form ---------------------------------------------------------------------------


def _all_full(pairs: Sequence[Pair]) -> Iterator[Problem]:
    asked = [pair for pair in pairs if pair.d]
    if len(asked) < thresholds.FEWEST_FULL_RATES or not all(pair.is_full for pair in asked):
        return
    text = _("Mọi tỷ lệ đều là 100%. Nếu đúng thì giữ nguyên; số thật, dù thấp, giúp ích hơn số tròn.")
    yield about_form("all_full", asked[0].question, asked[0].row, "n", text)


def _same_as_last_round(pairs: Sequence[Pair]) -> Iterator[Problem]:
    """Every number of people reached is the last round's; what the portal itself filled in says nothing."""
    before = [pair for pair in pairs if pair.last is not None and not pair.row.is_offered]
    if not before or any(pair.last is not None and pair.n != pair.last.numerator for pair in before):
        return
    telling = [pair for pair in before if pair.tells]
    stale = all(pair.last is not None and pair.d == pair.last.denominator for pair in before) and any(
        pair.row.known not in (None, pair.d) for pair in before
    )
    if len(telling) >= thresholds.FEWEST_TELLING or (telling and stale):
        text = _("Mọi số đạt giống hệt đợt trước. Nếu đúng thì giữ nguyên; nếu chép lại thì sửa theo số hiện nay.")
        yield about_form("same_as_last_round", telling[0].question, telling[0].row, "n", text)


def _same_as_neighbour(pairs: Sequence[Pair], neighbours: Iterable[Pairs]) -> Iterator[Problem]:
    mine = {pair.key: (pair.n, pair.d) for pair in pairs}
    if any(equal_pairs(mine, theirs) for theirs in neighbours):
        first = next(pair for pair in pairs if pair.tells)
        text = _("Mọi số liệu về người giống hệt một trường khác trong xã. Kiểm tra có nhập nhầm số của trường khác.")
        yield about_form("same_as_neighbour", first.question, first.row, "n", text)
