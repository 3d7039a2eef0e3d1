"""An invented province of honest reports over two rounds, drawn from how schools live.

What is drawn follows life (classes, grades that flow on, people who come and leave, lists that are late), not
the rules that are measured with it; nothing here imports their thresholds.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from campaigns.packs.files import read_pack
from reports.collection import known
from reports.collection.known import Known, Stated
from reports.collection.questions import Question
from reports.models import Round
from schools import levels
from targets.models import Indicator

COMMUNES = 129
LAST, NOW = 2025, 2026
# Levels and how many of a thousand schools have just these.
KINDS = (
    (("MN",), 330),
    (("TH",), 265),
    (("THCS",), 240),
    (("TH", "THCS"), 78),
    (("THPT",), 55),
    (("THCS", "THPT"), 10),
    (("TH", "THCS", "THPT"), 6),
    (("GDTX",), 16),
)
# The middle school of each level, how far sizes scatter, pupils in a class, teachers for a class.
SIZES = {
    "MN": (260, 0.5, 25, 2.0),
    "TH": (470, 0.55, 31, 1.5),
    "THCS": (390, 0.55, 37, 1.9),
    "THPT": (900, 0.45, 42, 2.2),
    "GDTX": (240, 0.6, 38, 1.5),
}
# How far the sector had come in the first round and in the second, and how many schools reach just everybody.
# 2.2 is a model that pupils join, and at primary schools only encouraged; the others are taught to all.
PROGRESS = {
    "1.2": ((0.72, 0.16), (0.88, 0.34)),
    "1.3": ((0.80, 0.25), (0.90, 0.40)),
    "1.4": ((0.78, 0.25), (0.88, 0.38)),
    "1.6": ((0.42, 0.02), (0.66, 0.06)),
    "2.2": ((0.24, 0.01), (0.45, 0.05)),
}
NOBODY = {"2.2": 0.06, "1.6": 0.02}

# (indicator code, level): (numerator, denominator)
Answers = dict[tuple[str, str], tuple[int, int]]


@dataclass
class School:
    """One school: what is true of it in each school year by who is counted and level, and what it reported."""

    place: int
    levels: tuple[str, ...]
    commune: int
    zeal: float
    people: dict[int, dict[tuple[str, str], int]] = field(default_factory=dict)
    listed: dict[tuple[str, str], int] = field(default_factory=dict)
    last: Answers = field(default_factory=dict)
    now: Answers = field(default_factory=dict)
    questions: tuple[Question, ...] = ()


@cache
def plan() -> tuple[tuple[Indicator, ...], dict[int, frozenset[str]]]:
    """The indicators of people of Ninh Bình's plan, and which each round asks."""
    pack = read_pack("ninh-binh")
    found = tuple(
        Indicator(
            pk=place, code=spec.code, kind=spec.kind, counted=spec.counted, levels=spec.levels,
            section=spec.section, question=spec.question, short_name=spec.short_name,
        )
        for place, spec in enumerate(pack.indicators, start=1)
        if spec.kind == "people"
    )  # fmt: skip
    return found, {round_.year: frozenset(round_.indicators) for round_ in pack.rounds}


def province(count: int, seed: int) -> list[School]:
    dice = random.Random(seed)
    schools = [_school(place, dice) for place in range(count)]
    _merge_and_split(schools, dice)
    for school in schools:
        _list_and_report(school, dice)
    return schools


def _school(place: int, dice: random.Random) -> School:
    kind = dice.choices([kind for kind, _weight in KINDS], weights=[weight for _kind, weight in KINDS])[0]
    school = School(place, kind, dice.randrange(COMMUNES), dice.betavariate(4, 2))
    # A hamlet's school is a fraction of a town's.
    remote = dice.uniform(0.12, 0.4) if dice.random() < 0.05 else 1.0
    drift = _drift(dice)
    before: dict[tuple[str, str], int] = {}
    after: dict[tuple[str, str], int] = {}
    for level in kind:
        middle, scatter, _class, _teachers = SIZES[level]
        pupils = max(12, round(middle * math.exp(dice.gauss(0, scatter)) * remote / len(kind) ** 0.5))
        before["pupils", level] = pupils
        after["pupils", level] = max(10, round(pupils * drift * (1 + dice.gauss(0, 0.05))))
    before["staff", ""] = _staff(before, dice)
    after["staff", ""] = _staff_a_year_later(before, after, dice)
    school.people = {LAST: before, NOW: after}
    return school


def _drift(dice: random.Random) -> float:
    """Most schools stay; a few stand where flats are built, a few where the young move away."""
    luck = dice.random()
    if luck < 0.03:
        return dice.uniform(1.1, 1.35)
    return dice.uniform(0.7, 0.92) if luck < 0.05 else 1.0


def _staff(people: Mapping[tuple[str, str], int], dice: random.Random) -> int:
    teachers = sum(
        math.ceil(number / SIZES[level][2]) * SIZES[level][3]
        for (counted, level), number in people.items()
        if counted == "pupils"
    )
    return max(5, round(teachers * dice.uniform(0.85, 1.1))) + 2 + dice.randint(1, 5)


def _staff_a_year_later(
    before: Mapping[tuple[str, str], int], after: Mapping[tuple[str, str], int], dice: random.Random
) -> int:
    """Some leave, some of those are replaced, classes come and go; now and then contracts begin to be counted."""
    staff = before["staff", ""]
    left = sum(dice.random() < 0.07 for _one in range(staff))
    came = sum(dice.random() < 0.85 for _one in range(left))
    pupils = [sum(n for (counted, _level), n in people.items() if counted == "pupils") for people in (before, after)]
    grown = round(staff * 0.7 * (pupils[1] / pupils[0] - 1))
    contracts = round(staff * dice.uniform(0.15, 0.45)) * dice.choice((-1, 1)) if dice.random() < 0.02 else 0
    return max(4, staff - left + came + grown + contracts)


def _merge_and_split(schools: list[School], dice: random.Random) -> None:
    """In a year of mergers: of the one that goes on, the figures of the round before are its own alone."""
    for school in schools:
        luck = dice.random()
        if luck < 0.012:
            other = dice.choice([item for item in schools if item.levels == school.levels])
            for key in school.people[NOW]:
                school.people[NOW][key] += other.people[NOW][key]
        elif luck < 0.016:
            share = dice.uniform(0.45, 0.75)
            school.people[NOW] = {key: max(5, round(n * share)) for key, n in school.people[NOW].items()}


def _list_and_report(school: School, dice: random.Random) -> None:
    school.listed = _list(school, dice)
    has_last = dice.random() > 0.06
    rates = {key: _rate(key[0], LAST, school, dice) for key in _keys(school.levels, NOW)}
    if has_last:
        totals = school.people[LAST]
        school.last = {
            key: _answer(totals[_who(key)], rates[key], dice) for key in _keys(school.levels, LAST)
        }  # fmt: skip
    totals = _stated(school, dice)
    for key in _keys(school.levels, NOW):
        rate = _later(rates[key], _rate(key[0], NOW, school, dice), dice)
        school.now[key] = _answer(totals[key], rate, dice)
    school.questions = questions_of(school)


def _list(school: School, dice: random.Random) -> dict[tuple[str, str], int]:
    """The list of the school year: mostly right, sometimes last year's, seldom mistyped, here and there not there."""
    if dice.random() < 0.03:
        return {}
    stale = dice.random() < 0.07
    found = dict(school.people[LAST if stale else NOW])
    if dice.random() < 0.03:
        del found["staff", ""]
    for key, number in found.items():
        luck = dice.random()
        if luck < 0.004:
            found[key] = int(str(number)[:-1] or 0) if dice.random() < 0.5 else number * 10
        elif luck < 0.15:
            found[key] = max(1, number + round(dice.gauss(0, 1 + number * 0.006)))
    return found


def _stated(school: School, dice: random.Random) -> dict[tuple[str, str], int]:
    """The total of each row on the day: what stands there already where it is about right, else put right."""
    today = {
        key: max(1, number + round(dice.gauss(-0.002 * number, 0.4 + 0.006 * number)))
        for key, number in school.people[NOW].items()
    }
    leaves = dice.random() < 0.65
    forgets_one = dice.random() < 0.12
    found: dict[tuple[str, str], int] = {}
    for key in _keys(school.levels, NOW):
        who = _who(key)
        listed = school.listed.get(who)
        about_right = listed is not None and abs(listed - today[who]) <= max(2, 0.03 * today[who])
        if listed is not None and about_right and (leaves or (forgets_one and dice.random() < 0.5)):
            found[key] = listed
        else:
            found[key] = today[who]
    return found


def _rate(code: str, year: int, school: School, dice: random.Random) -> float:
    """What the school reaches: better with zeal, just everybody here and there, seldom nobody."""
    middle, full = PROGRESS[code][year - LAST]
    luck = dice.random()
    if luck < full * (0.3 + 1.1 * school.zeal):
        return 1.0
    if luck > 1 - NOBODY.get(code, 0.004):
        return 0.0
    odds = math.log(middle / (1 - middle)) + 2.2 * (school.zeal - 0.66) + dice.gauss(0, 0.7)
    return 1 / (1 + math.exp(-odds))


def _later(before: float, after: float, dice: random.Random) -> float:
    """What was reached is seldom lost, but classes leave and new ones come."""
    return after if after >= before else after + (before - after) * dice.betavariate(2, 1)


def _answer(total: int, rate: float, dice: random.Random) -> tuple[int, int]:
    if rate in (0.0, 1.0):
        return round(total * rate), total
    number = round(dice.gauss(total * rate, math.sqrt(total * rate * (1 - rate))))
    if total > 100 and dice.random() < 0.08:
        number = round(number, -1)
    return min(total, max(0, number)), total


def _keys(level_codes: tuple[str, ...], year: int) -> list[tuple[str, str]]:
    indicators, asked = plan()
    mask = levels.from_codes(level_codes)
    return [(item.code, level) for item in indicators if item.code in asked[year] for level in item.value_levels(mask)]


def _who(key: tuple[str, str]) -> tuple[str, str]:
    return ("pupils", key[1]) if key[1] else ("staff", "")


def questions_of(school: School) -> tuple[Question, ...]:
    """The form as the portal would make it, with what it knows of the school."""
    indicators, asked = plan()
    mask = levels.from_codes(school.levels)
    round_ = Round(pk=NOW, previous_id=LAST, year=NOW, school_year=NOW, name="Tổng kết")
    by_code = {item.code: item for item in indicators}
    stated = [
        Stated(by_code[code].pk, by_code[code].counted, level, n, d, LAST, "Sơ kết", LAST, LAST)
        for (code, level), (n, d) in school.last.items()
    ]
    counts = [(counted, level, number) for (counted, level), number in school.listed.items()]
    facts: Known = known.gather(round_, headcounts=counts, stated=stated, asked=indicators)
    owed = [item for item in indicators if item.code in asked[NOW] and item.value_levels(mask)]
    return tuple(
        known.question(number, item, unit_levels=mask, goals={}, known=facts)
        for number, item in enumerate(owed, start=1)
    )
