"""A school in front of its browser: it signs in, fills in, checks, submits, and keeps what it was shown.

It does what people do when an answer does not come: it reloads, presses again, opens a second window,
clicks twice. Whatever it was shown as received is written to a ledger outside the database.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

from tests.chaos.receipts_browser import Answer, Browser, Fields, NoAnswer

PATIENCE = 300
PAUSE = 0.15
# How many of a hundred people do so.
LINE_BREAKS, CLICKS_TWICE, RELOADS, PRESSES_AGAIN, SECOND_WINDOW, LATE_AUTOSAVE = 0.1, 0.25, 0.2, 0.4, 0.3, 0.3
Values = dict[str, dict[str, list[int]]]


class Wrong(Exception):  # noqa: N818 - it names what happened
    """The portal said something that it never may."""


class Ledger:
    """What was shown, one line each, on the disk before anybody goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.shown = 0
        self.file = path.open("a", encoding="utf-8")

    def write(self, line: dict[str, Any], *, first_time: bool) -> None:
        with self.lock:
            self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self.file.flush()
            os.fsync(self.file.fileno())
            self.shown += first_time


@dataclass
class School:
    """One principal with one report to send, sometimes twice."""

    report: int
    username: str
    password: str
    browser: Browser
    ledger: Ledger
    rng: Random
    values: Values = field(default_factory=dict)
    narrative: dict[str, str] = field(default_factory=dict)
    # Every token that was sent for the version at hand.
    tokens: list[str] = field(default_factory=list)
    remembered: dict[str, dict[str, Any]] = field(default_factory=dict)
    until: float = 0.0

    def run(self, officer: Browser | None = None) -> None:
        """From the form to the receipt; with an officer it comes back once and is sent again. Raises Wrong."""
        self.until = time.monotonic() + PATIENCE
        first = self.submit(1)
        if self.rng.random() < PRESSES_AGAIN:
            self.press_again(*first)
        if officer is None:
            return
        was_certain = len(self.tokens) == 1
        self.come_back(officer)
        second = self.submit(2)
        if was_certain:
            # A token that was never taken, because another page's came first, would be a new one now.
            self.press_again(*first)
        self.press_again(*second)

    def submit(self, number: int) -> tuple[dict[str, str], str]:
        """Fill in and send until a receipt is shown; what was sent, and the receipt."""
        self.think_of_answers()
        sent: dict[str, str] = {}
        while True:
            page = self._read(self._path()).text
            fields = Fields(page).found
            if "version" in fields:
                if not self._save(fields):
                    continue
                sent = self.look_through() or sent
                if sent and (path := self.press(sent)):
                    return sent, self.keep_receipt(path, sent, first_time=True)
            elif f"bien-nhan/{number}/" in page:
                # The answer was lost, and the reloaded page says that the report is in.
                if not self.tokens:
                    raise Wrong(f"report {self.report} is in although nothing was sent")
                return sent, self.keep_receipt(self._path(f"bien-nhan/{number}/"), sent, first_time=True)

    def fill_in(self) -> None:
        """Type the answers and save them."""
        while not self._save(Fields(self._read(self._path()).text).found):
            pass

    def _save(self, fields: dict[str, str]) -> bool:
        """Type the answers into the form and go on; False when it must be loaded again."""
        answer = self._try(lambda: self.browser.ask(self._path("nhap/"), self._typed(fields)))
        if answer is not None and answer.status not in (302, 409):
            raise Wrong(f"saving report {self.report} was answered with {answer.status}")
        return answer is not None and answer.status == 302

    def look_through(self) -> dict[str, str]:
        """The check page; what its button sends, nothing where the report cannot be sent."""
        fields = Fields(self._read(self._path("kiem-tra/")).text).found
        if "token" not in fields or "version" not in fields:
            return {}
        return {name: fields[name] for name in ("csrfmiddlewaretoken", "token", "version")}

    def press(self, sent: dict[str, str]) -> str:
        """Submit, in the way that this person has; the address of the receipt, "" where there is none yet."""
        self.tokens.append(sent["token"])
        habit = self.rng.random()
        if habit < LINE_BREAKS:
            self._try(lambda: self.browser.ask(self._path("nop/"), sent, drop=True))
        if habit > 1 - CLICKS_TWICE:
            return self._press_twice(sent)
        while True:
            answer = self._try(lambda: self.browser.ask(self._path("nop/"), sent))
            if answer is not None:
                return self._receipt_path(answer)
            if self.rng.random() < RELOADS:
                # Instead of pressing again.
                return ""

    def _press_twice(self, sent: dict[str, str]) -> str:
        """A double click: the same at the same moment, on two lines."""
        answers = self.press_at_once(sent, 2)
        paths = {path for answer in answers if answer is not None and (path := self._receipt_path(answer))}
        if len(paths) > 1:
            raise Wrong(f"two clicks on report {self.report} led to {sorted(paths)}")
        return paths.pop() if paths else ""

    def press_at_once(self, sent: dict[str, str], count: int) -> list[Answer | None]:
        """The same submit on so many lines, begun at one moment; None for each that had no answer."""
        start = threading.Barrier(count)

        def press() -> Answer | None:
            return self._try(lambda: self.browser.copy().ask(self._path("nop/"), sent, start=start))

        with ThreadPoolExecutor(count) as pool:
            return [line.result() for line in [pool.submit(press) for _line in range(count)]]

    def press_again(self, sent: dict[str, str], receipt: str) -> None:
        """The same token after the receipt, a second window with its own, and a late autosave: nothing changes."""
        answer = self._insist(lambda: self.browser.ask(self._path("nop/"), sent))
        again = self.keep_receipt(self._receipt_path(answer), sent, first_time=False)
        if again != receipt:
            raise Wrong(f"report {self.report}: the same token gave {receipt}, then {again}")
        if self.rng.random() < SECOND_WINDOW:
            other = {**sent, "token": str(uuid.UUID(int=self.rng.getrandbits(128), version=4))}
            answer = self._insist(lambda: self.browser.ask(self._path("nop/"), other))
            if f"/bao-cao/{self.report}/" not in answer.location:
                raise Wrong(f"a second window of report {self.report} was led to {answer.location}")
        if self.rng.random() < LATE_AUTOSAVE:
            late = {**sent, "version": "1", "n-1.1-": "0", "results": "muộn"}
            saved = self._insist(lambda: self.browser.ask(self._path("nhap/"), late, Accept="application/json"))
            if saved.status not in (409, 410):
                raise Wrong(f"a late autosave of report {self.report} was answered with {saved.status}")

    def keep_receipt(self, path: str, sent: dict[str, str], *, first_time: bool) -> str:
        """Read the receipt's page, hold it against what was typed, and write it down; the receipt's number."""
        page = self._read(path).text
        found = re.search(r"BC-\d{4}-\d+-(\d+)-[0-9A-Z]+", page)
        if found is None:
            raise Wrong(f"{path} shows no receipt")
        number = int(found.group(1))
        line = {"receipt": found.group(0), "report": self.report, "number": number, "token": sent["token"]}
        if first_time:
            self._hold_against(page)
            # All of them: after a lost answer and a reload the one that was taken may be an earlier page's.
            line |= {"values": self.values, "narrative": self.narrative, "tokens": list(self.tokens)}
            self.remembered[sent["token"]] = line
        else:
            line = {**self.remembered[sent["token"]], **line}
        self.ledger.write(line, first_time=first_time)
        return found.group(0)

    def _hold_against(self, page: str) -> None:
        words = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", page)))
        for code, rows in self.values.items():
            for n, d in rows.values():
                if d > 1 and f"{n} trên {d}" not in words:
                    raise Wrong(f"the receipt of report {self.report} does not show {n} of {d} ({code})")
        if self.narrative["results"] not in words:
            raise Wrong(f"the receipt of report {self.report} does not show the words")

    def come_back(self, officer: Browser) -> None:
        """An officer returns the report; until the school's page is a form again."""
        path = f"/duyet/{self.report}/"
        while True:
            page = self._insist(lambda: officer.ask(path))
            fields = Fields(page.text).found
            if f"{path}tra-lai/" in page.text:
                sent = {name: fields[name] for name in ("csrfmiddlewaretoken", "version")}
                sent["comment"] = "Kiểm tra lại mục 2."
                self._try(lambda sent=sent: officer.ask(f"{path}tra-lai/", sent))
            if 'name="version"' in self._read(self._path()).text:
                return

    def sign_in(self) -> None:
        """By the page, as one does whose session has ended."""
        path = "/tai-khoan/dang-nhap/"
        while True:
            fields = Fields(self._insist(lambda: self.browser.ask(path)).text).found
            sent = {name: fields[name] for name in ("csrfmiddlewaretoken",)}
            sent |= {"login": self.username, "password": self.password, "remember": "on"}
            answer = self._try(lambda sent=sent: self.browser.ask(path, sent))
            if answer is not None and answer.status == 302:
                return
            if answer is not None:
                # Who counts tries takes a lock for ten seconds; one who died holding it keeps others out so long.
                time.sleep(1)

    def _path(self, part: str = "") -> str:
        return f"/bao-cao/{self.report}/{part}"

    def _receipt_path(self, answer: Answer) -> str:
        if answer.status != 302:
            raise Wrong(f"submitting report {self.report} was answered with {answer.status}")
        return answer.location if "/bien-nhan/" in answer.location else ""

    def think_of_answers(self) -> None:
        self.values, self.tokens = {}, []
        said = f"Kết quả của đơn vị số {self.report}, lần {self.rng.randrange(10**9)}: đã làm ở mọi lớp"
        self.narrative = {"results": said}

    def _typed(self, fields: dict[str, str]) -> dict[str, str]:
        """Every field of the page with this person's answers; the same ones whenever it is typed again."""
        sent = dict(fields)
        for name in fields:
            if (found := re.fullmatch(r"n-(.+)-([A-Z]*)", name)) is None:
                continue
            code, level = found.groups()
            total = int(fields.get(f"d-{code}-{level}") or 1)
            known = self.values.setdefault(code, {})
            known.setdefault(level, [self.rng.randint(0, total), total])
            sent[name] = str(known[level][0])
        return {**sent, **self.narrative, "then": "check"}

    def _read(self, path: str) -> Answer:
        """A page, through every redirect; signs in where the portal asks for it."""
        for _step in range(10):
            answer = self._insist(lambda path=path: self.browser.ask(path))
            if answer.status == 200:
                return answer
            if answer.status != 302:
                raise Wrong(f"{path} was answered with {answer.status}")
            path = answer.location
            if path.startswith("/tai-khoan/dang-nhap/"):
                self.sign_in()
                path = self._path()
        raise Wrong(f"{path} leads in a circle")

    def _insist(self, ask: Callable[[], Answer]) -> Answer:
        while (answer := self._try(ask)) is None:
            pass
        return answer

    def _try(self, ask: Callable[[], Answer]) -> Answer | None:
        if time.monotonic() > self.until:
            raise Wrong(f"report {self.report} got no receipt in {PATIENCE} s")
        try:
            return ask()
        except NoAnswer:
            time.sleep(PAUSE + self.rng.random() * PAUSE)
            return None
