"""Who holds a list, for how long, and what becomes of it when it is stopped, blocked or left behind."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from schools import tasks
from schools.imports import commit, jobs
from schools.imports.stored_preview import ImportBlockedError
from schools.models import ImportedUnit, SchoolImport, Unit
from tests.schools.imports.uploads import upload, write
from tests.schools.sheets import school, xlsx

pytestmark = pytest.mark.django_db


def queued(world: SimpleNamespace, *rows: list[Any]) -> SchoolImport:
    item = upload(world, *rows)
    jobs.queue_commit(item=item, by=world.admin, skip_errors=False)
    return item


def test_the_task_writes_what_is_queued_and_finds_nothing_the_next_time(world: SimpleNamespace) -> None:
    item = queued(world, school("37-9"))

    assert (tasks.commit_due_imports(), tasks.commit_due_imports()) == (1, 0)

    item.refresh_from_db()
    assert (item.state, item.rows_done, item.rows_total, item.leased_until) == ("committed", 1, 1, None)
    assert ImportedUnit.objects.get(school_import=item).unit.code == "37-9"


def test_a_list_that_a_living_worker_holds_is_not_taken(world: SimpleNamespace) -> None:
    item = queued(world, school("37-9"))
    soon = timezone.now() + timedelta(seconds=30)
    SchoolImport.objects.filter(pk=item.pk).update(state="committing", leased_until=soon)

    assert jobs.run_due() == 0

    assert not Unit.objects.filter(code="37-9").exists()


def test_a_list_left_behind_by_a_dead_worker_is_written_after_its_lease(world: SimpleNamespace) -> None:
    item = queued(world, school("37-9"))
    past = timezone.now() - timedelta(seconds=1)
    SchoolImport.objects.filter(pk=item.pk).update(state="committing", leased_until=past)

    assert jobs.run_due() == 1

    item.refresh_from_db()
    assert item.state == "committed"


def test_a_worker_that_lost_its_claim_writes_nothing(world: SimpleNamespace) -> None:
    item = queued(world, school("37-9"))
    claimed = jobs.claim_commit()
    assert claimed is not None
    SchoolImport.objects.filter(pk=item.pk).update(leased_until=timezone.now() + timedelta(seconds=90))

    with pytest.raises(jobs.LostError):
        jobs.run_commit(claimed)

    assert not Unit.objects.filter(code="37-9").exists()
    assert not AuditEntry.objects.filter(action="import.commit").exists()


def test_a_list_that_kills_its_worker_each_time_is_given_up(world: SimpleNamespace) -> None:
    item = queued(world, school("37-9"))
    for _time in range(jobs.MOST_TRIES):
        assert jobs.claim_commit() is not None
        SchoolImport.objects.filter(pk=item.pk).update(leased_until=timezone.now() - timedelta(seconds=1))

    assert jobs.run_due() == 0

    item.refresh_from_db()
    assert item.state == "failed"
    assert "không có gì được ghi" in item.outcome["refused"]


def test_a_queued_list_is_stopped_at_once(world: SimpleNamespace) -> None:
    item = queued(world, school("37-9"))

    assert jobs.stop_commit(item=item, by=world.admin)

    assert jobs.run_due() == 0
    item.refresh_from_db()
    assert item.state == "preview"
    assert not Unit.objects.filter(code="37-9").exists()


def test_a_list_that_is_being_written_stops_when_asked_and_leaves_nothing(world: SimpleNamespace) -> None:
    item = queued(world, school("37-9"))
    claimed = jobs.claim_commit()
    assert claimed is not None

    assert not jobs.stop_commit(item=item, by=world.admin)
    assert jobs.run_commit(claimed) is None

    item.refresh_from_db()
    assert (item.state, item.cancel_requested_at is not None) == ("preview", True)
    assert not Unit.objects.filter(code="37-9").exists()
    assert write(world, item).state == "committed"


def test_a_written_list_cannot_be_stopped(world: SimpleNamespace) -> None:
    item = write(world, upload(world, school("37-9")))

    with pytest.raises(ImportBlockedError, match="không đang được ghi"):
        jobs.stop_commit(item=item, by=world.admin)


def test_progress_is_told_after_each_batch(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "BATCH", 2)
    item = queued(world, *[school(f"37-{number}", f"Trường TH {number}") for number in range(90, 95)])
    claimed = jobs.claim_commit()
    assert claimed is not None
    told: list[int] = []
    stored = jobs.stored_preview.load(claimed)

    commit.write_stored(item=claimed, stored=stored, by=world.admin, tell=told.append)

    assert told == [2, 4, 5]
    assert jobs.progress(item) == 0


def test_two_lists_that_wait_are_written_one_after_the_other(world: SimpleNamespace) -> None:
    first, second = queued(world, school("37-9")), queued(world, school("37-8", "Trường TH Tám"))

    assert jobs.run_due() == 2

    states = SchoolImport.objects.filter(pk__in=[first.pk, second.pk]).values_list("state", flat=True)
    assert set(states) == {"committed"}


def test_a_large_list_waits_to_be_read_by_the_worker(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "READ_AT_ONCE", 10)
    item = upload(world, school("37-9"))
    assert (item.state, item.outcome) == ("reading", {})

    assert jobs.run_due() == 1

    item.refresh_from_db()
    assert (item.state, item.sheet, item.leased_until) == ("preview", "DS", None)


def test_a_large_file_that_is_no_list_says_why(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "READ_AT_ONCE", 10)
    item = jobs.save_upload(name="a.xlsx", content=xlsx(["x", "y"], [1, 2]), school_year=2026, by=world.admin)

    jobs.run_due()

    item.refresh_from_db()
    assert item.state == "failed"
    assert "tiêu đề" in item.outcome["refused"]


def test_the_preview_that_a_new_one_replaces_is_deleted(world: SimpleNamespace) -> None:
    item = upload(world, school("37-9"))
    old = Path(item.file.storage.path(item.outcome["preview"]["name"]))

    item = jobs.look_again(item=item, by=world.admin)

    assert item.state == "preview"
    assert not old.exists()
    assert Path(item.file.storage.path(item.outcome["preview"]["name"])).exists()
