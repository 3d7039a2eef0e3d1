"""Reads back the mail that a local portal wrote to files. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

# Django's file backend ends each message by this line.
SEPARATOR = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as its reader sees it."""

    subject: str
    to: str
    at: datetime | None
    body: str


def read_letters(folder: Path, *, most: int) -> list[Letter]:
    """The newest `most` messages of a folder, newest first; none if there is no such folder."""
    letters: list[Letter] = []
    # A file's name tells only the second; its own time may be the same for several.
    for file in sorted(folder.glob("*.log"), key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True):
        messages = [part.strip(b"\n") for part in file.read_bytes().split(SEPARATOR)]
        letters += [_letter(message) for message in reversed(messages) if message]
        if len(letters) >= most:
            break
    return letters[:most]


def _letter(raw: bytes) -> Letter:
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
    body = message.get_body(preferencelist=("plain",))
    sent = message["Date"]
    at = parsedate_to_datetime(str(sent)) if sent else None
    if at is not None and at.tzinfo is None:
        # Django writes "-0000", which the parser takes for: no zone is known.
        at = at.replace(tzinfo=UTC)
    return Letter(
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        at=at,
        body=str(body.get_content()).strip() if body else "",
    )
