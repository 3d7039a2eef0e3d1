"""A thousand reports while everything that holds them is killed and started again: no receipt is ever a lie."""

# ruff: noqa: T201 - it says the seed before anything can go wrong
from __future__ import annotations

import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psycopg2
import redis

from tests.chaos import receipts_parallel
from tests.chaos.receipts_browser import Browser, Failure
from tests.chaos.receipts_clients import Ledger, School, Wrong
from tests.chaos.receipts_portal import Portal, production
from tests.chaos.receipts_servers import PATIENCE, Missing, Server, wait_for

SCHOOLS = 1_000
KILLS = 50
KINDS = ("web", "a web process", "worker", "redis", "postgres")
# Without them a school can still report, and sign in: no page may fail while only these are away.
NOT_NEEDED = ("worker", "redis")
CLIENTS = 8
SIGN_INS = 60
RETURNED = 40
LONGEST_AWAY = 1.0
# A page that began before the server was back may fail a little later.
AFTERMATH = 1.0
READY = "ready to accept connections"
DRAINED_WITHIN = 60


def killed() -> tuple[bool, str]:
    seed = int(os.environ.get("CHAOS_SEED") or secrets.randbelow(10**6))
    print(f"… receipts_killed: CHAOS_SEED={seed}", flush=True)
    try:
        with production(with_queue=True) as portal:
            return Run(portal, Random(seed), seed).whole()
    except Missing as missing:
        return False, str(missing)


FAULTS: dict[str, Callable[[], tuple[bool, str]]] = {"receipts_killed": killed, **receipts_parallel.FAULTS}


@dataclass(frozen=True)
class Away:
    """One server was killed, and answered again."""

    kind: str
    began: float
    ended: float


@dataclass
class Run:
    """One portal, its schools, and who kills."""

    portal: Portal
    rng: Random
    seed: int
    failures: list[Failure] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def whole(self) -> tuple[bool, str]:
        world = self.portal.ask("build", str(SCHOOLS))
        self.ledger = Ledger(self.portal.folder / "ledger.jsonl")
        for server in self.portal.servers.values():
            if server.child is None:
                server.start()
            server.until_ready()
        schools = self._schools(world)
        talk = self._talk_to_redis(schools[-3:])
        began = time.monotonic()
        self._report_under_fire(schools[:-3])
        took = time.monotonic() - began
        for server in self.portal.servers.values():
            server.until_ready()
        if not wait_for(lambda: self._waiting() == 0, seconds=DRAINED_WITHIN):
            self.problems.append(f"{self._waiting()} notes of rates are not drained after {DRAINED_WITHIN} s")
        found = self.portal.ask("compare", str(self.ledger.path))
        return self._verdict(found, talk, took)

    def _report_under_fire(self, schools: list[tuple[School, Browser | None]]) -> None:
        killer = threading.Thread(target=self._kill)
        killer.start()
        pool = ThreadPoolExecutor(CLIENTS)
        try:
            list(pool.map(self._report, schools))
        finally:
            # Also when somebody has had enough of it: nobody waits for what will not come.
            for school, _officer in schools:
                school.until = 0.0
            pool.shutdown(cancel_futures=True)
            self.is_over.set()
            killer.join()

    def _schools(self, world: dict[str, Any]) -> list[tuple[School, Browser | None]]:
        """All in the order in which they come: some must sign in first, some have their report returned."""
        found = []
        for n, given in enumerate(world["schools"]):
            browser = Browser(self.portal.port, f"10.0.{n // 250}.{n % 250 + 1}", failures=self.failures)
            if n >= SIGN_INS:
                browser.cookies["sessionid"] = given["session"]
            officer = None
            if SIGN_INS <= n < SIGN_INS + RETURNED:
                cookies = {"sessionid": world["officer"]}
                officer = Browser(self.portal.port, "10.1.0.1", cookies, self.failures)
            rng = Random(self.rng.random())
            school = School(given["report"], given["username"], world["password"], browser, self.ledger, rng)
            found.append((school, officer))
        # The last three are for the look at Redis: signed in long ago, never returned.
        first = found[:-3]
        self.rng.shuffle(first)
        return [*first, *found[-3:]]

    def _report(self, one: tuple[School, Browser | None]) -> None:
        school, officer = one
        try:
            school.run(officer)
        except Wrong as wrong:
            self.problems.append(str(wrong))

    def _talk_to_redis(self, schools: list[tuple[School, Browser | None]]) -> str:
        """From the form to the receipt the web says nothing to Redis; signing in it does, so we would see it."""
        for one in schools:
            self._report(one)
        quiet = self._web_connections()
        visitor = schools[0][0]
        School(0, visitor.username, visitor.password, Browser(self.portal.port, "10.2.0.1"), self.ledger, self.rng,
               until=time.monotonic() + 60).sign_in()  # fmt: skip
        heard = self._web_connections()
        if quiet or not heard:
            self.problems.append(f"the web had {quiet} lines to Redis after reports, {heard} after signing in")
        return f"{quiet} lines to Redis from form to receipt"

    def _web_connections(self) -> int:
        """The web's own, by its own database number; they are kept open once they are there."""
        with redis.Redis(port=self.portal.redis_port) as client:
            return sum(str(one["db"]) == "1" for one in client.client_list())

    def _kill(self) -> None:
        """As the receipts come in: each kind as often as the others, in an order that nobody knows."""
        kinds = [KINDS[n % len(KINDS)] for n in range(KILLS)]
        self.rng.shuffle(kinds)
        for n, kind in enumerate(kinds):
            # Spread over the whole run, the last one before its end.
            after = (n + self.rng.random()) * SCHOOLS * 0.97 / KILLS
            while self.ledger.shown < after and not self.is_over.is_set():
                self._keep_all()
                time.sleep(0.01)
            if self.is_over.is_set():
                self.problems.append(f"only {n} of {KILLS} kills")
                return
            try:
                self._kill_one(kind)
            except RuntimeError as gone:
                self.problems.append(str(gone))
                return
        while not self.is_over.is_set():
            self._keep_all()
            time.sleep(0.1)

    def _kill_one(self, kind: str) -> None:
        server: Server = self.portal.servers["web" if kind == "a web process" else kind]
        began = time.monotonic()
        if kind == "a web process":
            server.kill_one_child(self.rng.choice)
        elif kind == "postgres" and self.rng.random() < 0.3:
            # One of its processes: the server then throws all of them out and recovers by itself.
            ready = server.log.read_text(errors="replace").count(READY)
            server.kill_one_child(self.rng.choice)
            wait_for(lambda: server.log.read_text(errors="replace").count(READY) > ready, seconds=PATIENCE)
        else:
            server.kill()
            time.sleep(self.rng.random() * LONGEST_AWAY)
            server.start()
        server.until_ready()
        self.away.append(Away(kind, began, time.monotonic()))

    def _keep_all(self) -> None:
        for server in self.portal.servers.values():
            server.keep()

    def _waiting(self) -> int:
        with suppress(psycopg2.OperationalError):
            connection = psycopg2.connect(self.portal.environ["DATABASE_URL"])
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM reports_completiondue")
                row = cursor.fetchone()
            connection.close()
            return int(row[0]) if row else -1
        return -1

    def _verdict(self, found: dict[str, Any], talk: str, took: float) -> tuple[bool, str]:
        for failure in self.failures:
            if not self._is_excused(failure):
                self.problems.append(f"{failure.path}: {failure.what} while nothing that it needs was away")
        wrong = [*self.problems, *found["problems"]]
        kills = Counter(one.kind for one in self.away)
        told = (
            f"{found['receipts']} receipts shown, {found['submissions']} in the database, {self.ledger.shown} of "
            f"{SCHOOLS + RETURNED} first times; {sum(kills.values())} kills "
            f"({', '.join(f'{kind} {kills[kind]}' for kind in KINDS)}); "
            f"{len(self.failures)} requests failed and were tried again; {talk}; {took:.0f} s; seed {self.seed}"
        )
        ended = {name: one.ended_by_itself for name, one in self.portal.servers.items() if one.ended_by_itself}
        if ended:
            told += f"; ended by themselves and were brought back: {ended}"
        if self.ledger.shown != SCHOOLS + RETURNED or found["receipts"] != found["submissions"]:
            wrong.append("not every report has its receipt")
        if wrong:
            return False, f"{len(self.problems) + int(found['count'])} problems: {' | '.join(wrong[:5])}; {told}"
        return True, told

    def _is_excused(self, failure: Failure) -> bool:
        return any(
            one.began <= failure.ended and failure.began <= one.ended + AFTERMATH
            for one in self.away
            if one.kind not in NOT_NEEDED
        )
