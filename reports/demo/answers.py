"""What a school answers: near the targets, better from year to year, a few odd. Pure but for reading indicators."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.demo.dice import dice
from reports.demo.schools import DemoSchool
from targets.models import Counted, Indicator, IndicatorKind

# How well the sector does in one indicator or another; by turns, in the order of the form.
_LEANINGS = (0.1, 0.02, 0.05, -0.03, -0.16, 0.13, 0.04, -0.24)
_UNSET_GOAL = 0.7


# Numerator and denominator by indicator id and level.
Answers = dict[tuple[int, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One indicator of a round with the goal of its year for each level, as a share."""

    indicator: Indicator
    goals: Mapping[str, float]
    leaning: float

    def goal(self, level: str) -> float:
        return self.goals.get(level, self.goals.get("", _UNSET_GOAL))


def asked_in(indicators: Sequence[Indicator], year: int) -> list[Asked]:
    """The indicators must come with their targets prefetched; what was reached in a year is not lost in the next."""
    found = []
    for indicator in indicators:
        targets = sorted(indicator.targets.all(), key=lambda target: target.year)
        goals = {target.level: float(target.percent or 50) / 100 for target in targets if target.year <= year}
        found.append(Asked(indicator, goals, _LEANINGS[indicator.order % len(_LEANINGS)]))
    return found


def answers(school: DemoSchool, asked: Sequence[Asked], *, school_year: int, seed: int) -> Answers:
    """Only what applies to the school."""
    found: Answers = {}
    for item in asked:
        # The same chance each year: with the goal the answer can only rise.
        chance = dice(seed, school.unit.code, item.indicator.code)
        for level in item.indicator.value_levels(school.unit.levels):
            found[(item.indicator.pk, level)] = _answer(school, item, level, school_year, chance)
    return found


def _answer(school: DemoSchool, item: Asked, level: str, school_year: int, chance: random.Random) -> tuple[int, int]:
    ability = 0.6 + 0.45 * school.zeal + item.leaning + chance.uniform(-0.07, 0.07)
    luck = chance.random()
    if item.indicator.kind == IndicatorKind.UNITS:
        goal = max((item.goal(code) for code in school.unit.level_codes), default=_UNSET_GOAL)
        return int(luck < goal * ability), 1
    rate = min(1.0, max(0.0, item.goal(level) * ability))
    total = _total(school, item, level, school_year, luck)
    if luck > 0.994:
        return 0, total
    return min(total, int(total * rate + 0.5)), total


def _total(school: DemoSchool, item: Asked, level: str, school_year: int, luck: float) -> int:
    size = school.sizes.get(school_year) or school.sizes[max(school.sizes)]
    total = size.staff if item.indicator.counted == Counted.STAFF else size.pupils[level]
    if luck < 0.1:  # moved away or newly come since the list was made
        return max(1, total + round(total * (luck - 0.05) * 0.6))
    return total


def with_a_slip(values: Answers) -> Answers:
    """One digit too many in the first total of people."""
    wrong = next((key for key, (_n, d) in values.items() if d > 20), None)
    return {key: (n, d * 10 if key == wrong else d) for key, (n, d) in values.items()}


def rounded_up(values: Answers) -> Answers:
    """100% of all people; what is answered with yes or no stays."""
    return {key: (d if d > 1 else n, d) for key, (n, d) in values.items()}


def draft_values(
    values: Mapping[tuple[int, str], tuple[int, int]], codes: Mapping[int, str], *, share: float = 1.0
) -> dict[str, dict[str, dict[str, int | None]]]:
    """In the shape of Draft.values; with a share below 1 only the first so many are typed."""
    found: dict[str, dict[str, dict[str, int | None]]] = {}
    for (indicator_id, level), (numerator, denominator) in list(values.items())[: round(len(values) * share)]:
        found.setdefault(codes[indicator_id], {})[level] = {"n": numerator, "d": denominator}
    return found


_RESULTS = (
    "Nhà trường đã ban hành kế hoạch, tổ chức lễ phát động và giao nhiệm vụ cho từng tổ chuyên môn.",
    "Toàn bộ giáo viên đã hoàn thành ít nhất một khóa trên nền tảng Bình dân học vụ số.",
    "Câu lạc bộ công nghệ sinh hoạt hai tuần một lần, phụ huynh cùng tham gia buổi cuối tháng.",
    "Đã lồng ghép kỹ năng an toàn trên không gian mạng vào tiết sinh hoạt lớp và hoạt động trải nghiệm.",
    "Tổ nòng cốt chuyển đổi số hỗ trợ đồng nghiệp dùng học bạ số, sổ điểm điện tử.",
)
_DIFFICULTIES = (
    "Đường truyền ở điểm trường lẻ chưa ổn định; một số máy tính đã cũ.",
    "Một số phụ huynh đi làm xa, khó sắp xếp thời gian tham gia cùng học sinh.",
    "Giáo viên lớn tuổi cần thêm thời gian làm quen với nền tảng mới.",
    "",
)
_PROPOSALS = (
    "Đề nghị Sở bổ sung học liệu ngắn, dễ chia sẻ với phụ huynh.",
    "Đề nghị tổ chức tập huấn theo cụm trường vào đầu học kỳ.",
    "",
    "",
)
_MODELS = (
    "Mỗi học sinh – Một người thân số hóa",
    "Góc trải nghiệm số ở thư viện",
    "Ngày hội công nghệ cộng đồng",
    "",
    "",
)


def narrative(chance: random.Random) -> dict[str, str]:
    return {
        "results": chance.choice(_RESULTS),
        "difficulties": chance.choice(_DIFFICULTIES),
        "proposals": chance.choice(_PROPOSALS),
        "models": chance.choice(_MODELS),
    }
