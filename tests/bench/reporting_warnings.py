"""Seeded mistakes: how many of them the rules find, and how many honest reports they disturb.

In a province of honest reports a share gets one known mistake each. A mistake is found when the rules say
something of the wrong row (of a mistake of the whole form: anything) that they did not say of the same
report before the mistake. An honest report is disturbed by any error or warning.
"""

# ruff: noqa: T201 - a command; it talks to whoever typed it
from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from reports.collection.rules import Problem
    from tests.bench.reporting_mistakes import Mistake
    from tests.bench.reporting_schools import Answers, School

# Name, value, unit, bar, which is better.
Figure: TypeAlias = "tuple[str, float, str, float, str]"

SCHOOLS = 6_000
SEEDS = (2026, 77)
# The rest of the schools stay honest.
SHARE_WRONG = 0.4

# Written before the first measurement. A slip of the hand in a number has to be found nearly always, for it
# changes the sum of a province; what can only be guessed at (a total typed for the part, in a school that may
# well have reached everybody) more often than not; what hides in a school of one row, in most schools.
LEAST_FOUND = {
    "swapped": 99,
    "extra_zero": 95,
    "lost_zero": 90,
    "digit_twice": 95,
    "last_year_copied": 85,
    "neighbour_copied": 85,
    "full_everywhere": 75,
    "other_staff_list": 65,
    "total_for_part": 50,
    "levels_exchanged": 85,
    "classes_counted": 97,
}
# Of a hundred honest reports a reviewer looks twice at twelve.
MOST_DISTURBED = 12


def figures() -> list[Figure]:
    """In a process of its own, for Django has to be set up."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        blank = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "MEDIA_ROOT", "PORTAL_ENV", "PROVINCE"), "")
        environ = {**os.environ, **blank, "VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-m", "tests.bench.reporting_warnings"]
        root = Path(__file__).resolve().parents[2]
        done = subprocess.run(command, cwd=root, env=environ, text=True, stdout=subprocess.PIPE, check=True)
    *table, result = done.stdout.splitlines()
    print("\n".join(table))
    return [tuple(figure) for figure in json.loads(result)]


def measure(seed: int) -> list[Figure]:
    """Prints a table and gives the figures of one province."""
    from tests.bench.reporting_mistakes import MISTAKES
    from tests.bench.reporting_schools import province

    schools = province(SCHOOLS, seed)
    dice = random.Random(seed + 1)
    near: dict[int, list[School]] = defaultdict(list)
    for school in schools:
        near[school.commune].append(school)
    wrong = dict(_seed_mistakes(schools, near, dice))
    sent = {school.place: wrong[school.place][1] if school.place in wrong else school.now for school in schools}
    done, found, said = Counter[str](), Counter[str](), defaultdict[str, Counter[str]](Counter)
    honest, disturbed = 0, 0
    for school in schools:
        others = [sent[other.place] for other in near[school.commune] if other is not school]
        before = _problems(school, school.now, others)
        if school.place not in wrong:
            honest += 1
            disturbed += bool(before)
            said["honest"].update({problem.kind for problem in before})
            continue
        mistake, answers, rows = wrong[school.place]
        known = {(problem.kind, problem.code, problem.level) for problem in before}
        told = [
            problem
            for problem in _problems(school, answers, others)
            if (problem.kind, problem.code, problem.level) not in known
            and (mistake.whole or (problem.code, problem.level) in rows)
        ]
        done[mistake.name] += 1
        found[mistake.name] += bool(told)
        said[mistake.name].update({problem.kind for problem in told})
    names = [mistake.name for mistake in MISTAKES]
    _print(seed, names, done, found, said, honest, disturbed)
    result = [
        (f"reporting_warnings_{name}_found_{seed}", 100 * found[name] / done[name], "%", LEAST_FOUND[name], "high")
        for name in names
    ]
    share = 100 * disturbed / honest
    return [*result, (f"reporting_warnings_honest_disturbed_{seed}", share, "%", MOST_DISTURBED, "low")]


def _seed_mistakes(
    schools: list[School], near: dict[int, list[School]], dice: random.Random
) -> list[tuple[int, tuple[Mistake, Answers, frozenset[tuple[str, str]]]]]:
    """The mistakes go round; where the next cannot happen in a school, another of them does."""
    from tests.bench.reporting_mistakes import MISTAKES

    made: Counter[str] = Counter()
    found = []
    for school in dice.sample(schools, round(SHARE_WRONG * len(schools))):
        for mistake in sorted(MISTAKES, key=lambda item: made[item.name]):
            outcome = mistake.make(school, near[school.commune], dice)
            if outcome is not None:
                made[mistake.name] += 1
                found.append((school.place, (mistake, *outcome)))
                break
    return found


def _problems(school: School, answers: Answers, others: list[Answers]) -> list[Problem]:
    from reports.collection import rules

    values: dict[str, dict[str, dict[str, int | str | None]]] = {}
    for (code, level), (n, d) in answers.items():
        values.setdefault(code, {})[level] = {"n": n, "d": d}
    found = rules.problems(school.questions, values, others)
    return [*found.errors, *found.warnings]


def _print(
    seed: int,
    names: list[str],
    done: Counter[str],
    found: Counter[str],
    said: dict[str, Counter[str]],
    honest: int,
    disturbed: int,
) -> None:
    print(f"\nseed {seed}: {SCHOOLS} schools, {sum(done.values())} with one mistake, {honest} honest")
    for name in names:
        words = ", ".join(f"{kind} {count}" for kind, count in said[name].most_common(4))
        print(f"  {name:<18} {found[name]:>4} of {done[name]:<4} {100 * found[name] / done[name]:5.1f}%  {words}")
    words = ", ".join(f"{kind} {count}" for kind, count in said["honest"].most_common())
    print(f"  {'honest, disturbed':<18} {disturbed:>4} of {honest:<4} {100 * disturbed / honest:5.1f}%  {words}")


def main() -> None:
    import django

    django.setup()
    result = [figure for seed in SEEDS for figure in measure(seed)]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
