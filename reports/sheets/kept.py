"""What an uploaded workbook said, kept between the preview and the decision; the file itself is not kept.

Nothing but the answers and the ids is in it, and no verdict: those are made anew from the database each time
the page is asked for, so what is shown is how it is now.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from reports.sheets.reading import ReadBook, ReadReport

FOLDER = "workbooks"
KEEP = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class KeptBook:
    """One upload; only who sent it ever sees it."""

    key: UUID
    name: str
    user_id: int
    at: datetime
    book: ReadBook


def new_book(*, book: ReadBook, name: str, user_id: int) -> KeptBook:
    return KeptBook(uuid4(), name[:200], user_id, timezone.now(), book)


def keep_book(kept: KeptBook) -> None:
    """Write it down, and forget what was sent long ago."""
    content = {"name": kept.name, "user": kept.user_id, "at": kept.at.isoformat(), "book": asdict(kept.book)}
    default_storage.save(_path(kept.key), ContentFile(json.dumps(content, ensure_ascii=False).encode()))
    _forget_old(kept.at)


def load_book(key: UUID, *, user_id: int) -> KeptBook | None:
    """None for what is not there, or was sent by somebody else."""
    try:
        with default_storage.open(_path(key)) as file:
            content = json.load(file)
    except (FileNotFoundError, ValueError):
        return None
    if content["user"] != user_id:
        return None
    said = content["book"]
    reports = tuple(ReadReport(**report) for report in said["reports"])
    book = ReadBook(said["kind"], said["round_id"], reports, tuple(said["strays"]))
    return KeptBook(key, content["name"], user_id, datetime.fromisoformat(content["at"]), book)


def drop_book(kept: KeptBook) -> None:
    default_storage.delete(_path(kept.key))


def _forget_old(now: datetime) -> None:
    _folders, names = default_storage.listdir(FOLDER)
    for name in names:
        path = f"{FOLDER}/{name}"
        try:
            if now - default_storage.get_modified_time(path) > KEEP:
                default_storage.delete(path)
        except FileNotFoundError:
            # Somebody else has just done the same.
            continue


def _path(key: UUID) -> str:
    return f"{FOLDER}/{key}.json"
