"""How long rates take: of a whole round, and after one submission; beside the floor and beside loops over objects."""

# ruff: noqa: T201 - a part of a command; it talks to whoever typed it
from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.imports import ROOT, Figure, blank_environ, postgres_portal
from tests.homes import find_postgres

SMALL, LARGE = 3_000, 53_000
BARS: dict[str, tuple[str, float]] = {
    "completion_all_3000_vs_floor": ("ratio", 3),
    "completion_all_3000_vs_loops": ("ratio", 1 / 20),
    "completion_all_53000_growth": ("ratio", 30),
    "completion_one_vs_floor": ("ratio", 5),
    "completion_one_53000_growth": ("ratio", 4),
}
Pairs = list[tuple[float, float]]


def figures() -> list[Figure]:
    server = os.environ.get("TEST_DATABASE_URL") or find_postgres()
    if not server:
        print("  not measured: set TEST_DATABASE_URL, or start a PostgreSQL server at 127.0.0.1:5432")
        return [(name, None, unit, bar) for name, (unit, bar) in BARS.items()]
    small, large = measure(server, SMALL, "loops"), measure(server, LARGE, "alone")
    for schools, found in ((SMALL, small), (LARGE, large)):
        for what in ("all", "one"):
            portal, floor = middle(found[what], 0), middle(found[what], 1)
            print(f"  {what} {schools}: portal {portal * 1000:.1f} ms, floor {floor * 1000:.1f} ms", flush=True)
    print(f"  loops {SMALL}: {small['loops']:.1f} s; {small['rows']} rows, the same integers by all three ways")
    found = {
        "completion_all_3000_vs_floor": ratio(small["all"]),
        "completion_all_3000_vs_loops": middle(small["all"], 0) / small["loops"],
        "completion_all_53000_growth": middle(large["all"], 0) / middle(small["all"], 0),
        "completion_one_vs_floor": ratio(small["one"]),
        "completion_one_53000_growth": middle(large["one"], 0) / middle(small["one"], 0),
    }
    return [(name, found[name], unit, bar) for name, (unit, bar) in BARS.items()]


def measure(server: str, schools: int, loops: str) -> dict[str, Any]:
    """In an empty database of its own; the worker asserts that all ways give equal integers."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder, postgres_portal(Path(folder), server) as made:
        environ = blank_environ(Path(folder), f"{made['DATABASE_URL']}_empty")
        command = [sys.executable, "-m", "tests.bench.completion_worker", str(schools), loops]
        done = subprocess.run(command, cwd=ROOT, env=environ, text=True, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def ratio(pairs: Pairs) -> float:
    return median(portal / floor for portal, floor in pairs)


def middle(pairs: Pairs, which: int) -> float:
    return median(pair[which] for pair in pairs)
