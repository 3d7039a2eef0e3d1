"""Measured figures and their bars; `make bench` prints a table and writes var/bench.json."""

# ruff: noqa: T201 - a command; it talks to whoever typed it
from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench import completion, imports, reporting_browser, reporting_queue, reporting_warnings

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "var" / "bench.json"


@dataclass(frozen=True)
class Measured:
    """One figure beside the bar that it must clear."""

    name: str
    value: float
    unit: str
    bar: float
    better: str
    ok: bool


def at_most(name: str, value: float, unit: str, bar: float) -> Measured:
    return Measured(name, round(value, 2), unit, bar, "low", value <= bar)


@contextmanager
def own_portal() -> Iterator[dict[str, str]]:
    """The environment of an empty SQLite portal in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        blank = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "MEDIA_ROOT", "PORTAL_ENV", "PROVINCE"), "")
        environ = {**os.environ, **blank, "VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        manage(environ, "migrate", "--verbosity", "0")
        manage(environ, "createcachetable")
        yield environ


def manage(environ: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environ, text=True, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)}: {done.stderr[-2000:]}")
    return done.stdout


def demo_3000_seconds() -> list[Measured]:
    with own_portal() as environ:
        return [at_most("demo_3000_seconds", load_demo(environ, 3000), "s", 60)]


def dashboard_queries() -> list[Measured]:
    """The number of queries does not grow with the province."""
    counts = {}
    for schools in (60, 3000):
        with own_portal() as environ:
            load_demo(environ, schools)
            counts[schools], seconds = look_at_dashboard(environ)
    return [
        at_most("dashboard_queries", counts[3000], "queries", 12),
        at_most("dashboard_queries_more_than_with_60_schools", counts[3000] - counts[60], "queries", 0),
        at_most("dashboard_seconds", seconds, "s", 1),
    ]


def load_demo(environ: dict[str, str], schools: int) -> float:
    started = time.monotonic()
    manage(environ, "load_demo", "--schools", str(schools))
    return time.monotonic() - started


def look_at_dashboard(environ: dict[str, str]) -> tuple[int, float]:
    """Queries and seconds of the dashboard, as a warm process serves it to an officer."""
    program = """
import time, json, django
django.setup()
from django.conf import settings; settings.ALLOWED_HOSTS = ["testserver"]
from django.db import connection; from django.test import Client; from django.test.utils import CaptureQueriesContext
from accounts.models import User
client = Client(); client.force_login(
    User.objects.get(username="chuyenvien"), backend="allauth.account.auth_backends.AuthenticationBackend")
client.get("/bang-dieu-khien/")
with CaptureQueriesContext(connection) as queries:
    started = time.monotonic(); response = client.get("/bang-dieu-khien/"); seconds = time.monotonic() - started
assert response.status_code == 200, response.status_code
print(json.dumps([len(queries), seconds]))
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=environ, text=True, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    queries, seconds = json.loads(done.stdout.splitlines()[-1])
    return queries, seconds


def import_lists() -> list[Measured]:
    """A list of schools from upload to written."""
    return measured(imports.figures())


def compute_rates() -> list[Measured]:
    """The rates of a whole round, and those that one submission touches."""
    return measured(completion.figures())


def report_in_browser() -> list[Measured]:
    """A principal on a phone with a weak line, from the sign-in page to the receipt."""
    with own_portal() as environ:
        load_demo(environ, 60)
        return measured(reporting_browser.figures(environ))


def submit_while_redis_hangs() -> list[Measured]:
    """The way from the button to the receipt, with Redis stopped and running in turn."""
    return measured(reporting_queue.figures())


def seeded_mistakes() -> list[Measured]:
    """What the rules find of known mistakes, and whom they disturb that made none."""
    return [
        Measured(name, round(value, 1), unit, bar, better, value >= bar if better == "high" else value <= bar)
        for name, value, unit, bar, better in reporting_warnings.figures()
    ]


def measured(figures: list[imports.Figure]) -> list[Measured]:
    """A figure that could not be taken is none that is good."""
    return [
        Measured(name, 0, "not measured", bar, "low", ok=False) if value is None else at_most(name, value, unit, bar)
        for name, value, unit, bar in figures
    ]


# What is measured, by the name that ONLY takes; names begin with their part.
BENCHES: dict[str, Callable[[], list[Measured]]] = {
    "completion_rates": compute_rates,
    "dashboard_queries": dashboard_queries,
    "demo_3000_seconds": demo_3000_seconds,
    "import_lists": import_lists,
    "reporting_browser": report_in_browser,
    "reporting_redis_stopped": submit_while_redis_hangs,
    "reporting_warnings": seeded_mistakes,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help="one by its name, or the beginning of it")
    only = parser.parse_args().only
    chosen = [bench for name, bench in BENCHES.items() if name.startswith(only)]
    if not chosen:
        print(f"No measure is named {only}. There are: {', '.join(BENCHES)}.")
        return 1
    results: list[Measured] = []
    for bench in chosen:
        print(f"… {bench.__name__}", flush=True)
        results += bench()
    print(f"\n{'name':<46} {'value':>10} {'bar':>10}  unit")
    for result in results:
        sign = "≤" if result.better == "low" else "≥"
        print(f"{result.name:<46} {result.value:>10g} {sign}{result.bar:>9g}  {result.unit} {'' if result.ok else '✗'}")
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n", encoding="utf-8")
    return 0 if all(result.ok for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
