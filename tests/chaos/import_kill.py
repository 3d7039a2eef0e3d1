"""SIGKILL of the worker in the middle of a list of 10,000 schools: nothing is written, and the next one writes all."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter

ROOT = Path(__file__).resolve().parents[2]
ROWS = 10_000
# Killed when this many rows stand in the open transaction: the first batch, the middle, all but the last batch.
POINTS = (2_000, 6_000, 8_000)
PATIENCE = 240

NAMES = """
from schools.models import Unit
print(json.dumps({"names": list(Unit.objects.communes().order_by("pk").values_list("name", flat=True))}))
"""
SET_UP = """
from accounts.models import User
from schools.imports import jobs
from schools.models import SchoolImport
by = User.objects.create_user("quantri", password=None)
item = jobs.save_upload(name="danh-muc.xlsx", content=open(FILE, "rb").read(), school_year=2026, by=by)
jobs.run_due()
item.refresh_from_db()
jobs.queue_commit(item=item, by=by, skip_errors=False)
print(json.dumps({"pk": item.pk, "progress": str(jobs.beside(item, "progress")), "rows": item.rows_total}))
"""
LOOK = """
import hashlib
from accounts.models import AuditEntry
from schools.models import Headcount, ImportedUnit, Management, Placement, SchoolImport, Unit
found = hashlib.sha256()
for model in (Unit, Headcount, Placement, Management, ImportedUnit, AuditEntry):
    for row in model.objects.order_by("pk").values_list():
        found.update(repr(row).encode())
item = SchoolImport.objects.get()
print(json.dumps({"sum": found.hexdigest(), "schools": Unit.objects.schools().count(), "state": item.state}))
"""
# The minute until the lease has run out is not waited for: its end is written to the row.
LATER = """
from datetime import timedelta
from django.utils import timezone
from schools.models import SchoolImport
SchoolImport.objects.filter(state="committing").update(leased_until=timezone.now() - timedelta(seconds=1))
print("{}")
"""
ASK = """
from schools.tasks import commit_due_imports
commit_due_imports.delay()
print("{}")
"""


def kill_on_sqlite() -> tuple[bool, str]:
    with tempfile.TemporaryDirectory(prefix="portal-chaos-") as folder:
        return _kill_three_times({"VAR_DIR": folder, "DATABASE_URL": ""})


def kill_on_postgresql() -> tuple[bool, str]:
    """On the server that PGHOST and PGUSER name (127.0.0.1 and postgres), in a database of its own."""
    if shutil.which("createdb") is None:
        return False, "no PostgreSQL client on this machine"
    with tempfile.TemporaryDirectory(prefix="portal-chaos-") as folder, _own_database() as url:
        return _kill_three_times({"VAR_DIR": folder, "DATABASE_URL": url})


@contextmanager
def _own_database() -> Iterator[str]:
    host, user = os.environ.get("PGHOST", "127.0.0.1"), os.environ.get("PGUSER", "postgres")
    name = f"portal_chaos_{os.getpid()}"
    subprocess.run(["createdb", "-h", host, "-U", user, name], check=True)
    try:
        yield f"postgres://{user}@{host}/{name}"
    finally:
        subprocess.run(["dropdb", "--force", "-h", host, "-U", user, name], check=False)


FAULTS: dict[str, Callable[[], tuple[bool, str]]] = {
    "import_kill_sqlite": kill_on_sqlite,
    "import_kill_postgresql": kill_on_postgresql,
}


def _kill_three_times(home: dict[str, str]) -> tuple[bool, str]:
    blank = dict.fromkeys(("REDIS_URL", "EMAIL_URL", "MEDIA_ROOT", "PORTAL_ENV", "PROVINCE"), "")
    environ = {**os.environ, **blank, **home, "DJANGO_SETTINGS_MODULE": "config.settings"}
    for command in (["migrate", "-v0"], ["createcachetable"], ["import_communes"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environ, check=True, capture_output=True)
    path = Path(home["VAR_DIR"]) / "danh-muc.xlsx"
    path.write_bytes(_list_of_schools(_ask(environ, NAMES)["names"]))
    item = _ask(environ, SET_UP.replace("FILE", repr(str(path))))
    if item["rows"] != ROWS:
        return False, f"the list was read as {item['rows']} rows"
    before = _ask(environ, LOOK)
    for point in POINTS:
        told = _kill_at(environ, Path(item["progress"]), point)
        after = _ask(environ, LOOK)
        if told is None or after["sum"] != before["sum"] or after["state"] != "committing":
            return False, f"killed at {point} rows ({told}): {after['schools']} schools, state {after['state']}"
        _ask(environ, LATER)
    with _worker(environ):
        ended = _wait_for(lambda: _ask(environ, LOOK)["state"] == "committed")
    after = _ask(environ, LOOK)
    if not ended or after["schools"] != ROWS:
        return False, f"run again: {after['schools']} schools, state {after['state']}"
    points = ", ".join(map(str, POINTS))
    return True, f"killed at {points} of {ROWS} rows: the tables as before each time; run again: {ROWS} schools"


def _kill_at(environ: dict[str, str], progress: Path, rows: int) -> int | None:
    """Kill the worker as soon as it tells that so many rows stand; what it told last, None if it never did."""
    progress.unlink(missing_ok=True)
    with _worker(environ) as worker:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                told = int(progress.read_text() or 0)
            except (OSError, ValueError):
                told = 0
            if told >= rows:
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                return told
            time.sleep(0.002)
    return None


@contextmanager
def _worker(environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    _ask(environ, ASK)
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "solo", "-l", "ERROR"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def _wait_for(happened: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if happened():
            return True
        time.sleep(0.5)
    return False


def _ask(environ: dict[str, str], program: str) -> dict[str, object]:
    """Run a few lines in a process of their own; the last line that they print is JSON."""
    command = [sys.executable, "-c", f"import json, django\ndjango.setup()\n{program}"]
    done = subprocess.run(command, cwd=ROOT, env=environ, text=True, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def _list_of_schools(communes: object) -> bytes:
    assert isinstance(communes, list)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": False}) as book:
        sheet = book.add_worksheet("DS")
        sheet.write_row(0, 0, ["Mã trường", "Tên trường", "Cấp học", "Xã/phường", "Tổng số HS", "CB-GV-NV"])
        for row in range(ROWS):
            name = communes[row % len(communes)]
            sheet.write_row(row + 1, 0, [f"37-{row:06}", f"Trường TH Số {row}", "TH", name, 100 + row % 700, 20])
    return out.getvalue()
