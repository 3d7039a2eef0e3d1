"""How long a list takes from upload to written, beside the least that is possible and beside the stock resource."""

# ruff: noqa: T201 - a part of a command; it talks to whoever typed it
from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, median
from typing import Any

from tests.bench.lists import write_list
from tests.homes import find_postgres, known_settings, with_own_name

ROOT = Path(__file__).resolve().parents[2]
SMALL, LARGE, ROUNDS = 3_000, 53_000, 3
# Name, value (None: not measured), unit, bar; at most the bar is good.
Figure = tuple[str, float | None, str, float]
BARS: dict[str, tuple[str, float]] = {
    "import_3000_vs_floor": ("ratio", 4),
    "import_3000_vs_stock": ("ratio", 1 / 25),
    "import_53000_growth": ("ratio", 22),
    "import_53000_memory_mb": ("MB", 260),
    "import_sqlite_3000_vs_floor": ("ratio", 7),
}


def figures() -> list[Figure]:
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        for schools in (SMALL, LARGE):
            write_list(folder / f"{schools}.xlsx", schools=schools)
        server = os.environ.get("TEST_DATABASE_URL") or find_postgres()
        if server:
            with postgres_portal(folder, server) as environ:
                found |= on_postgres(environ, folder)
        else:
            print("  not measured on PostgreSQL: set TEST_DATABASE_URL, or start a server at 127.0.0.1:5432")
        with sqlite_portal(folder) as environ:
            found |= on_sqlite(environ, folder)
    return [(name, found.get(name), unit, bar) for name, (unit, bar) in BARS.items()]


# --- what is measured ---------------------------------------------------------------------------
def on_postgres(environ: dict[str, str], folder: Path) -> dict[str, float]:
    orders = [("portal", SMALL), ("floor", SMALL), ("portal", LARGE), ("floor", LARGE)]
    with Worker(environ) as worker:
        worker.warm_up(folder)
        # Forth and back, so that neither always comes after the other.
        rounds = [worker.round(folder, orders[:: -1 if number % 2 else 1]) for number in range(ROUNDS)]
        tell("PostgreSQL", rounds)
        # Once, for it takes long; the portal just before and just after, on the machine as it was in that minute.
        before, stock, after = [
            worker.ask(what, folder / f"{SMALL}.xlsx")["seconds"] for what in ("portal", "stock", "portal")
        ]
    print(f"  PostgreSQL: stock {SMALL} {stock:.2f} s (once), portal {before:.2f} s before and {after:.2f} s after it")
    return {
        "import_3000_vs_floor": ratio(rounds, ("portal", SMALL), ("floor", SMALL)),
        "import_3000_vs_stock": mean([before, after]) / stock,
        "import_53000_growth": ratio(rounds, ("portal", LARGE), ("portal", SMALL)),
        "import_53000_memory_mb": memory(environ, folder / f"{LARGE}.xlsx"),
    }


def on_sqlite(environ: dict[str, str], folder: Path) -> dict[str, float]:
    orders = [("portal", SMALL), ("floor", SMALL)]
    with Worker(environ) as worker:
        worker.warm_up(folder)
        rounds = [worker.round(folder, orders[:: -1 if number % 2 else 1]) for number in range(ROUNDS)]
    tell("SQLite", rounds)
    return {"import_sqlite_3000_vs_floor": ratio(rounds, ("portal", SMALL), ("floor", SMALL))}


Way = tuple[str, int]


def ratio(rounds: list[dict[Way, float]], above: Way, below: Way) -> float:
    """The middle one of the ratios within each round: what slows a whole round slows both."""
    return median(seconds[above] / seconds[below] for seconds in rounds)


def tell(home: str, rounds: list[dict[Way, float]]) -> None:
    for what, schools in rounds[0]:
        taken = sorted(seconds[what, schools] for seconds in rounds)
        print(f"  {home}: {what} {schools} {median(taken):.2f} s ({taken[0]:.2f} to {taken[-1]:.2f})", flush=True)


def memory(environ: dict[str, str], path: Path) -> float:
    """The most that a fresh process and its reading child hold at one time, above what it held at its start."""
    with Worker(environ) as worker:
        worker.warm_up(path.parent, ways=("start",))
        pid = worker.process.pid
        start = most = held(pid, "VmRSS")
        worker.order("portal", path)
        while not worker.has_answered():
            most = max(most, held(pid, "VmRSS") + sum(held(child, "VmHWM") for child in children(pid)))
            time.sleep(0.005)
        most = max(most, held(pid, "VmHWM"))
        worker.answer()
    print(f"  memory: {start:.0f} MB at start-up, {most:.0f} MB at the most", flush=True)
    return most - start


def held(pid: int, what: str) -> float:
    """Megabytes of a process, as Linux tells; nothing of one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{what}:"))


def children(pid: int) -> list[int]:
    """The children that run a program of their own; between fork and exec they show their parent's memory."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            pids = [int(child) for child in task.read_text().split()]
            found += [child for child in pids if b"reader.py" in Path(f"/proc/{child}/cmdline").read_bytes()]
        except OSError:
            continue
    return found


# --- who does the work --------------------------------------------------------------------------
class Worker:
    """One warm process that is given orders."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.imports_worker"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_error: object) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def order(self, what: str, path: Path) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps([what, str(path)]) + "\n")
        self.process.stdin.flush()

    def has_answered(self) -> bool:
        return bool(select.select([self.process.stdout], [], [], 0)[0])

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("The worker of the import bench has ended; what it said stands above.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, what: str, path: Path) -> dict[str, Any]:
        self.order(what, path)
        return self.answer()

    def warm_up(self, folder: Path, ways: tuple[str, ...] = ("portal", "floor")) -> None:
        for what in ways:
            self.ask(what, folder / f"{SMALL}.xlsx")

    def round(self, folder: Path, orders: list[Way]) -> dict[Way, float]:
        seconds, written = {}, {}
        for what, schools in orders:
            answer = self.ask(what, folder / f"{schools}.xlsx")
            seconds[what, schools] = answer["seconds"]
            written.setdefault(schools, set()).add((answer["schools"], answer["headcounts"]))
            assert answer["schools"] == schools, answer
        # What is compared must have written the same.
        assert all(len(counts) == 1 for counts in written.values()), written
        return dict(sorted(seconds.items(), key=lambda item: (item[0][1], item[0][0])))


# --- where it is done ---------------------------------------------------------------------------
def blank_environ(folder: Path, database_url: str) -> dict[str, str]:
    """Nothing of the developer's own settings or data is touched."""
    environ = {**os.environ, **dict.fromkeys(known_settings(), "")}
    return environ | {
        "DATABASE_URL": database_url,
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_SUPERUSER_PASSWORD": "never-signed-in",
    }


def fill(environ: dict[str, str]) -> None:
    """The tables, the department and its communes, and who uploads."""
    user = ["createsuperuser", "--noinput", "--username", "bench", "--email", "bench@so.example"]
    for arguments in (["migrate", "--verbosity", "0"], ["createcachetable"], ["import_communes"], user):
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environ, text=True, capture_output=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)}: {done.stderr[-2000:]}")


@contextmanager
def postgres_portal(folder: Path, server: str) -> Iterator[dict[str, str]]:
    """Two databases of this run's own, dropped at the end: one to work in, and what it is made from each time."""
    import psycopg2

    url = with_own_name(server)
    name = url.rpartition("/")[2]
    connection = psycopg2.connect(server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}_empty"')
        try:
            fill(blank_environ(folder, f"{url}_empty"))
            yield blank_environ(folder, url) | {"BENCH_SERVER": server}
        finally:
            for database in (name, f"{name}_empty"):
                cursor.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    connection.close()


@contextmanager
def sqlite_portal(folder: Path) -> Iterator[dict[str, str]]:
    path = folder / "bench.sqlite3"
    environ = blank_environ(folder, f"sqlite:///{path}")
    fill(environ)
    path.rename(f"{path}.empty")
    yield environ
