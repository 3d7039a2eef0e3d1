"""The rates of a round by loops over objects: slow, plain, and written without a look at the SQL."""

from __future__ import annotations

from collections import defaultdict

from reports.models import Report, Round, Value
from schools.models import Headcount
from targets.completion import Completion, one_commune, one_school, total
from targets.models import Indicator

Rates = dict[tuple[str, str, int, int, str], Completion]
LEVEL_BITS = {"MN": 1, "TH": 2, "THCS": 4, "THPT": 8, "GDTX": 16, "GDNN": 32, "TC": 64, "CD": 128, "DH": 256}


class Brute:
    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.reports = list(Report.objects.filter(round=round_, excluded_at=None))
        self.indicators = list(round_.indicators.all())
        self.values = {
            (value.submission_id, value.indicator_id, value.level): value
            for value in Value.objects.filter(submission__report__round=round_)
        }
        self.headcounts = {
            (row.unit_id, row.population, row.level): row.number
            for row in Headcount.objects.filter(school_year=round_.school_year)
        }

    def rates(self) -> Rates:
        """{(basis, grouping, unit, indicator, level): completion}."""
        found: Rates = {}
        for basis, states in (("provisional", {"submitted", "accepted"}), ("official", {"accepted"})):
            for indicator in self.indicators:
                for level in ["", *indicator.level_codes]:
                    for (grouping, unit), value in self.groups(indicator, level, states).items():
                        found[basis, grouping, unit, indicator.pk, level] = value
        return found

    def groups(self, indicator: Indicator, level: str, states: set[str]) -> dict[tuple[str, int], Completion]:
        sets: dict[tuple[str, int], list[tuple[int | None, Completion]]] = defaultdict(list)
        for report in self.reports:
            applicable = [code for code in indicator.level_codes if report.levels & LEVEL_BITS[code]]
            if not applicable or level not in ["", *applicable]:
                continue
            one = self.school(report, indicator, [level] if level else applicable, report.state in states)
            sets["whole", self.round.receiver_id].append((report.commune_id, one))
            if report.commune_id:
                sets["place", report.commune_id].append((report.commune_id, one))
            if report.manager_id:
                sets["manager", report.manager_id].append((report.commune_id, one))
        if not indicator.per_commune:
            return {key: total(one for _, one in ones) for key, ones in sets.items()}
        return {key: value for key, ones in sets.items() if (value := communes(ones)).expected}

    def school(self, report: Report, indicator: Indicator, levels: list[str], counts: bool) -> Completion:
        wanted = levels if indicator.by_level else [""]
        if counts:
            keys = [(report.current_submission_id, indicator.pk, level) for level in wanted]
            values = [self.values[key] for key in keys if key in self.values]
            return one_school(
                counts=True,
                numerator=sum(value.numerator for value in values),
                denominator=sum(value.denominator for value in values),
            )
        if indicator.kind == "units":
            return one_school(counts=False, known=1)
        population = "pupils" if indicator.by_level else "staff"
        numbers = [self.headcounts.get((report.unit_id, population, level)) for level in wanted]
        # What is known of a school counts although the whole of it is not.
        return Completion(1, 0, 0, 0, sum(number or 0 for number in numbers), 1 if None in numbers else 0)


def communes(ones: list[tuple[int | None, Completion]]) -> Completion:
    by_commune: dict[int, list[Completion]] = defaultdict(list)
    for commune, one in ones:
        if commune is not None:
            by_commune[commune].append(one)
    return total(one_commune(schools) for schools in by_commune.values())
