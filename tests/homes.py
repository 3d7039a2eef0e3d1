"""Run the whole suite in each home: SQLite always, PostgreSQL and Redis where they are set or answer."""

# ruff: noqa: T201 - a command; it talks to whoever typed it
from __future__ import annotations

import argparse
import getpass
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Home:
    """One set of services that the suite runs on."""

    name: str
    database_url: str
    redis_url: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="make test", description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgres"], help="one home alone")
    chosen, pytest_arguments = parser.parse_known_args()
    homes, notes = find_homes(only=chosen.only)
    for note in notes:
        print(note, flush=True)
    if not homes:
        return 1
    results = [(home, *run(home, pytest_arguments)) for home in homes]
    if len(homes) + len(notes) > 1:
        print("\nĐã chạy · homes that were run:")
        for home, code, seconds in results:
            print(f"  {'đạt ' if code == 0 else 'HỎNG'} {home.name} ({seconds:.0f} s)")
        for note in notes:
            print(f"  {note}")
    return max(code for _home, code, _seconds in results)


def find_homes(*, only: str | None = None) -> tuple[list[Home], list[str]]:
    """The homes to run in, and a sentence for each that cannot be."""
    homes, notes = [], []
    if only != "postgres":
        homes.append(Home("SQLite", "", ""))
    if only != "sqlite":
        database_url = os.environ.get("TEST_DATABASE_URL") or find_postgres()
        redis_url = os.environ.get("TEST_REDIS_URL") or find_redis()
        if database_url:
            name = "PostgreSQL và Redis" if redis_url else "PostgreSQL (không có Redis)"
            homes.append(Home(name, with_own_name(database_url), redis_url))
        else:
            notes.append("Không chạy trên PostgreSQL: đặt TEST_DATABASE_URL, hoặc mở máy chủ ở 127.0.0.1:5432.")
    return homes, notes


def run(home: Home, pytest_arguments: list[str]) -> tuple[int, float]:
    """Exit code and seconds of one run; nothing of the developer's own settings or data is touched."""
    print(f"\n=== {home.name} ===", flush=True)
    var = ROOT / "var" / "test" / ("postgres" if home.database_url else "sqlite")
    var.mkdir(parents=True, exist_ok=True)
    # Blank is unset, and what is present wins over .env: a test must never meet a real database.
    environ = {**os.environ, **dict.fromkeys(known_settings(), "")}
    environ |= {"DATABASE_URL": home.database_url, "REDIS_URL": home.redis_url, "VAR_DIR": str(var)}
    command = [sys.executable, "-m", "pytest", *(["-n", "auto"] if parallel(pytest_arguments) else [])]
    started = time.monotonic()
    code = subprocess.run([*command, *pytest_arguments], cwd=ROOT, env=environ, check=False).returncode
    return code, time.monotonic() - started


def parallel(pytest_arguments: list[str]) -> bool:
    """A few named files start faster in one process."""
    return not any(argument in {"-n", "-x", "--pdb"} or argument.endswith(".py") for argument in pytest_arguments)


def known_settings() -> list[str]:
    return re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)


def with_own_name(url: str) -> str:
    """The same server, a database name of this run's own; Django adds test_ and drops it at the end."""
    return urlunsplit(urlsplit(url)._replace(path=f"/portal_{os.getpid()}"))


def find_postgres(host: str = "127.0.0.1", port: int = 5432) -> str:
    """A URL of a local server on which we may create databases, or nothing."""
    import psycopg2

    for user, password, database in candidates():
        try:
            connection = psycopg2.connect(
                host=host, port=port, user=user, password=password, dbname=database, connect_timeout=2
            )
        except psycopg2.OperationalError as error:
            if "refused" in str(error):
                return ""
            continue
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
                row = cursor.fetchone()
        finally:
            connection.close()
        if row and row[0]:
            login = quote(user) + (f":{quote(password)}" if password else "")
            return f"postgres://{login}@{host}:{port}/{database}"
    return ""


def candidates() -> Iterator[tuple[str, str | None, str]]:
    users = dict.fromkeys([os.environ.get("PGUSER", "postgres"), "postgres", getpass.getuser(), "root"])
    passwords = dict.fromkeys([os.environ.get("PGPASSWORD"), None, "postgres"])
    for user in users:
        for password in passwords:
            for database in ("postgres", "test", "template1"):
                yield user, password, database


def find_redis(host: str = "127.0.0.1", port: int = 6379) -> str:
    """A URL of an empty database of a local Redis, or nothing: the tests clear what they use."""
    import redis

    for number in range(15, 0, -1):
        try:
            with redis.Redis(host=host, port=port, db=number, socket_connect_timeout=2) as client:
                if client.dbsize() == 0:
                    return f"redis://{host}:{port}/{number}"
        except redis.RedisError:
            return ""
    return ""


if __name__ == "__main__":
    sys.exit(main())
