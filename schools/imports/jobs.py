"""The life of an upload: read, looked at, waiting to be written, written; what is due stands in its row.

A page marks what is due and a worker drains it (`run_due`). Progress and the wish to stop are small files
beside the upload, not rows: what a transaction writes is not seen before it ends, and on SQLite a second
writer would wait for it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import OperationalError, connection, transaction
from django.db.models import AutoField, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from schools.imports import commit, stored_preview
from schools.imports.problems import RefusedError
from schools.imports.stored_preview import ImportBlockedError, StoredPreview
from schools.models import SchoolImport, Unit

State = SchoolImport.State
log = logging.getLogger(__name__)
# After this long without a sign another worker takes over; nobody does while the first one's lock is held.
LEASE = timedelta(seconds=60)
# A worker that dies of a list each time must not die of it for ever.
MOST_TRIES = 5
# Up to this size a list is read while its sender waits: a second or so.
READ_AT_ONCE = 1_000_000


class StoppedError(Exception):
    """Somebody asked for the writing to be stopped."""


class LostError(Exception):
    """Another worker holds the list by now."""


# --- what pages ask for ------------------------------------------------------------------------
def save_upload(*, name: str, content: bytes, school_year: int, sheet: str = "", by: User) -> SchoolImport:
    """Keep an uploaded list, and its preview when it is small; raises RefusedError for a file that is no list."""
    item = SchoolImport(
        original_name=name[:250],
        sha256=hashlib.sha256(content).hexdigest(),
        school_year=school_year,
        sheet=sheet,
        created_by=by,
    )
    packed = stored_preview.work_out(content, item) if len(content) <= READ_AT_ONCE else None
    with transaction.atomic():
        # The name on disk is ours: what an office calls its file may hold anything.
        item.file.save(f"{item.sha256[:16]}.{_suffix(content)}", ContentFile(content), save=False)
        if packed is not None:
            stored_preview.keep(item, packed)
            item.state = State.PREVIEW
        item.save()
        audit.record(actor=by, action="import.upload", target=item, after={"sha256": item.sha256})
    return item


def _suffix(content: bytes) -> str:
    return "xlsx" if content.startswith(b"PK") else "xls" if content.startswith(b"\xd0\xcf") else "csv"


def change_reading(*, item: SchoolImport, by: User, action: str, **values: Any) -> SchoolImport:
    """Correct how an upload is read (`mapping`, `decisions`), and work its preview out again."""
    with transaction.atomic():
        waiting = SchoolImport.objects.filter(pk=item.pk, state=State.PREVIEW)
        if not waiting.update(state=State.READING, leased_until=None, **values):
            raise ImportBlockedError(_("Danh mục này không còn ở bước xem trước."))
        audit.record(actor=by, action=action, target=item, after=values)
    item.refresh_from_db()
    _read_soon(item)
    return item


def look_again(*, item: SchoolImport, by: User) -> SchoolImport:
    """Work the preview out again: for a list that failed, or when the portal has changed meanwhile."""
    with transaction.atomic():
        again = SchoolImport.objects.filter(pk=item.pk, state__in=[State.PREVIEW, State.FAILED])
        if not again.update(state=State.READING, leased_until=None, finished_at=None):
            raise ImportBlockedError(_("Danh mục này không còn ở bước xem trước."))
        audit.record(actor=by, action="import.look_again", target=item)
    item.refresh_from_db()
    _read_soon(item)
    return item


def _read_soon(item: SchoolImport) -> None:
    """A small list at once; a large one is left to the worker."""
    if item.file.storage.exists(item.file.name or "") and item.file.size > READ_AT_ONCE:
        return
    if _claim_reading(item.pk):
        item.refresh_from_db()
        _read(item)


def queue_commit(*, item: SchoolImport, by: User, skip_errors: bool, expected: int | None = None) -> None:
    """Say that a list is to be written; `expected` is how many rows the reader was told."""
    head = stored_preview.load(item).head
    commit.check_errors(head.counts, skip_errors=skip_errors)
    if expected is not None and expected != head.writable:
        raise ImportBlockedError(_("Danh mục của cổng đã thay đổi từ lúc xem trước; hãy xem lại rồi nhập."))
    order = {"by": by.pk, "tries": 0}
    with transaction.atomic():
        waiting = SchoolImport.objects.filter(pk=item.pk, state=State.PREVIEW)
        if not waiting.update(
            state=State.QUEUED,
            decisions={**item.decisions, "commit": order},
            rows_done=0,
            rows_total=head.writable,
            leased_until=None,
            cancel_requested_at=None,
        ):
            raise ImportBlockedError(_("Danh mục này đã được nhập hoặc đã bỏ."))
        audit.record(actor=by, action="import.queue", target=item, after={"rows": head.writable})
    item.refresh_from_db()
    beside(item, "stop").unlink(missing_ok=True)


def stop_commit(*, item: SchoolImport, by: User) -> bool:
    """Stop the writing: at once when it has not begun (True), else the worker is asked to (False)."""
    with transaction.atomic():
        stopped = SchoolImport.objects.filter(pk=item.pk, state=State.QUEUED).update(
            state=State.PREVIEW, cancel_requested_at=timezone.now()
        )
        if stopped:
            audit.record(actor=by, action="import.stop", target=item)
            return True
    if not SchoolImport.objects.filter(pk=item.pk, state=State.COMMITTING).exists():
        raise ImportBlockedError(_("Danh mục này không đang được ghi."))
    beside(item, "stop").write_text(str(by.pk))
    return False


def cancel_import(*, item: SchoolImport, by: User) -> None:
    """Put an upload aside unwritten; one that is written already is left as it is."""
    with transaction.atomic():
        cancelled = SchoolImport.objects.filter(
            pk=item.pk, state__in=[State.READING, State.PREVIEW, State.FAILED]
        ).update(state=State.CANCELLED, finished_at=timezone.now())
        if not cancelled:
            raise ImportBlockedError(_("Danh mục này đã được nhập hoặc đã bỏ."))
        audit.record(actor=by, action="import.cancel", target=item)


def progress(item: SchoolImport) -> int:
    """How many rows are written so far, as the worker last told."""
    try:
        return int(beside(item, "progress").read_text() or 0)
    except (OSError, ValueError):
        return 0


def beside(item: SchoolImport, what: str) -> Path:
    return Path(f"{item.file.path}.{item.pk}.{what}")


# --- what the worker does ----------------------------------------------------------------------
def run_due() -> int:
    """Read what waits to be read and write what waits to be written; says how many lists."""
    done = 0
    for pk in SchoolImport.objects.filter(_reading_due()).order_by("pk").values_list("pk", flat=True):
        if _claim_reading(pk):
            _read(SchoolImport.objects.get(pk=pk))
            done += 1
    with _alone() as free:
        while free and (item := claim_commit()) is not None:
            run_commit(item)
            done += 1
    return done


def _reading_due() -> Q:
    return Q(state=State.READING) & (Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now()))


def _claim_reading(pk: int) -> bool:
    due = SchoolImport.objects.filter(_reading_due(), pk=pk)
    return bool(due.update(leased_until=timezone.now() + LEASE))


def _read(item: SchoolImport) -> None:
    """The work of a list that was claimed for reading; what it finds is kept only while the claim holds."""
    held, old = item.leased_until, ""
    state, told = State.FAILED, ""
    try:
        packed = stored_preview.work_out(stored_preview.content_of(item), item)
        old = stored_preview.keep(item, packed)
        state = State.PREVIEW
    except RefusedError as refused:
        told = refused.problem.message
    except ImportBlockedError as blocked:
        told = str(blocked)
    except Exception:
        log.exception("import %s could not be read", item.pk)
        told = _("Không đọc được tệp này vì lỗi của cổng.")
    if told:
        item.outcome = {**item.outcome, "refused": told}
    kept = SchoolImport.objects.filter(pk=item.pk, state=State.READING, leased_until=held).update(
        state=state,
        sheet=item.sheet,
        mapping=item.mapping,
        outcome=item.outcome,
        leased_until=None,
        finished_at=timezone.now() if state == State.FAILED else None,
    )
    if kept and old:
        item.file.storage.delete(old)
    item.refresh_from_db()


@contextmanager
def _alone() -> Iterator[bool]:
    """One worker writes at a time; the lock goes with its connection, so a dead one holds nothing."""
    busy = SchoolImport.objects.filter(state=State.COMMITTING, leased_until__gte=timezone.now()).exists()
    if busy or connection.vendor != "postgresql":
        yield not busy
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [commit.LOCK])
        (free,) = cursor.fetchone()
    try:
        yield free
    finally:
        if free and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [commit.LOCK])


def claim_commit() -> SchoolImport | None:
    """The next list to write, ours for the length of a lease."""
    now = timezone.now()
    due = Q(state=State.QUEUED) | Q(state=State.COMMITTING, leased_until__lt=now)
    for item in SchoolImport.objects.filter(due).order_by("pk"):
        order = item.decisions["commit"]
        order["tries"] += 1
        mine = SchoolImport.objects.filter(due, pk=item.pk, leased_until=item.leased_until).update(
            state=State.COMMITTING, leased_until=now + LEASE, decisions=item.decisions
        )
        if not mine:
            continue
        item.refresh_from_db()
        if order["tries"] <= MOST_TRIES:
            return item
        _leave(item, State.FAILED, refused=_("Đã thử ghi %s lần không xong; không có gì được ghi.") % MOST_TRIES)
    return None


def run_commit(item: SchoolImport) -> commit.Written | None:
    """Write a list that was claimed, all of it or nothing; None where it was stopped or could not be."""
    try:
        written = _write(item)
    except StoppedError:
        _leave(item, State.PREVIEW, cancel_requested_at=timezone.now())
        return None
    except ImportBlockedError as blocked:
        # The portal changed after the preview: show what would be written now, and let a person decide.
        _leave(item, State.READING, blocked=str(blocked))
        return None
    except (LostError, OperationalError):
        # The connection, not the list: whoever finds the lease run out tries again.
        log.warning("import %s was not written and stays due", item.pk)
        raise
    except Exception:
        _leave(item, State.FAILED, refused=_("Không ghi được vì lỗi của cổng; không có gì được ghi."))
        raise
    finally:
        for what in ("progress", "stop"):
            beside(item, what).unlink(missing_ok=True)
    return written


def _write(item: SchoolImport) -> commit.Written:
    stored = stored_preview.load(item)
    by = User.objects.filter(pk=item.decisions["commit"]["by"]).first()
    with transaction.atomic():
        commit.lock_lists()
        written = commit.write_stored(item=item, stored=stored, by=by, tell=lambda rows: _tell(item, rows))
        finished = SchoolImport.objects.filter(
            pk=item.pk, state=State.COMMITTING, leased_until=item.leased_until
        ).update(
            state=State.COMMITTED,
            finished_at=timezone.now(),
            leased_until=None,
            rows_done=written.new + written.changed,
            outcome={**item.outcome, **_outcome(stored), "headcounts": written.headcounts},
        )
        if not finished:
            raise LostError
        _tell(item, written.new + written.changed)
    item.refresh_from_db()
    return written


def _tell(item: SchoolImport, rows: int) -> None:
    """Say how far it is, and hear whether it is to go on."""
    if beside(item, "stop").exists():
        raise StoppedError
    beside(item, "progress").write_text(str(rows))


def _outcome(stored: StoredPreview) -> dict[str, Any]:
    """The counts, and the highest key of each table that names units: what is above depends on this list."""
    related = [relation.related_model for relation in Unit._meta.related_objects]
    tables = {model._meta.label_lower: model._meta for model in related if isinstance(model._meta.pk, AutoField)}
    quote = connection.ops.quote_name
    # The names are those of our own models.
    highest = [f"(SELECT MAX({quote(str(of.pk.column))}) FROM {quote(of.db_table)})" for of in tables.values()]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(highest)}")
        marks = dict(zip(tables, (last or 0 for last in cursor.fetchone()), strict=True))
    return {"rows": stored.head.counts, "missing_from_file": stored.head.sizes["missing"], "marks": marks}


def _leave(item: SchoolImport, state: State, *, refused: str = "", blocked: str = "", **values: Any) -> None:
    """Give a list back unwritten, if it is still ours."""
    told = {"refused": refused} if refused else {"blocked": blocked} if blocked else {}
    with transaction.atomic():
        ours = SchoolImport.objects.filter(pk=item.pk, state=State.COMMITTING, leased_until=item.leased_until)
        left = ours.update(
            state=state,
            leased_until=None,
            outcome={**item.outcome, **told},
            finished_at=timezone.now() if state == State.FAILED else None,
            **values,
        )
        if left:
            audit.record(actor=None, action="import.left", target=item, after={"state": str(state), **told})
    item.refresh_from_db()
