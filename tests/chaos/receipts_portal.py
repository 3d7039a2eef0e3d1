"""The portal whole: web, worker and beat by the command lines of the Dockerfile and of docker-compose.yml.

`production` has production's settings and its PostgreSQL and Redis, `one_machine` has SQLite and no services.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.receipts_browser import HOST, Browser, NoAnswer
from tests.chaos.receipts_servers import ROOT, Server, compose, free_ports, own_postgres, own_redis
from tests.homes import known_settings


def _gunicorn(port: int) -> list[str]:
    """The command of the image, on another port."""
    found = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    words: list[str] = json.loads(found.group(1))
    return [f"--bind=127.0.0.1:{port}" if word.startswith("--bind=") else word for word in words]


def program(words: list[str]) -> list[str]:
    return [sys.executable, "-m", *words]


def plain_environ(folder: Path, **more: str) -> dict[str, str]:
    """Nothing of the developer's own settings; blank is unset."""
    blank = dict.fromkeys(known_settings(), "")
    return {**os.environ, **blank, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings", **more}


@dataclass
class Portal:
    """Where it answers, and its servers by name: postgres, redis, web, worker, beat (those that there are)."""

    port: int
    folder: Path
    environ: dict[str, str]
    redis_port: int = 0
    servers: dict[str, Server] = field(default_factory=dict)

    def add(self, server: Server) -> Server:
        self.servers[server.name] = server
        return server

    def web(self) -> Server:
        def answers() -> bool:
            # Not only that somebody listens: a process that is still being loaded answers nobody.
            with suppress(NoAnswer):
                return Browser(self.port, "127.0.0.1").ask("/healthz").status == 200
            return False

        log = self.folder / "web.log"
        return self.add(Server("web", program(_gunicorn(self.port)), self.environ, log, answers))

    def queue_children(self) -> None:
        """Worker and beat, with the queue beside the web's cache so that each one's talk can be told apart."""
        environ = {**self.environ, "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0"}
        for name in ("worker", "beat"):
            self.add(Server(name, program(compose(name)), environ, self.folder / f"{name}.log"))

    def manage(self, *words: str) -> str:
        return run([sys.executable, "manage.py", *words], self.environ)

    def ask(self, *words: str) -> dict[str, object]:
        """What the world's own program answers: one JSON document, its last line."""
        found: dict[str, object] = json.loads(
            run(program(["tests.chaos.receipts_world", *words]), self.environ).splitlines()[-1]
        )
        return found


def run(command: list[str], environ: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environ, text=True, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])}: {done.stderr[-2000:]}")
    return done.stdout


@contextmanager
def production(*, with_queue: bool) -> Iterator[Portal]:
    """Production's settings and servers, migrated; the web is not started yet. Raises Missing."""
    ports = free_ports()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-chaos-")))
        web, postgres, queue = next(ports), next(ports), next(ports)
        environ = plain_environ(
            folder,
            PORTAL_ENV="production",
            SECRET_KEY=secrets.token_urlsafe(50),
            ALLOWED_HOSTS=HOST,
            CSRF_TRUSTED_ORIGINS=f"https://{HOST}",
            PUBLIC_URL=f"https://{HOST}",
            DATABASE_URL=f"postgres://portal@127.0.0.1:{postgres}/portal",
            REDIS_URL=f"redis://127.0.0.1:{queue}/1",
            # Nobody listens there: what waits for a mail server would be seen.
            EMAIL_URL="smtp://127.0.0.1:9",
            LOG_LEVEL="WARNING",
        )
        portal = Portal(web, folder, environ, queue)
        stack.callback(end, portal)
        portal.add(stack.enter_context(own_postgres(postgres, environ, folder)))
        portal.add(own_redis(queue, environ, folder, folder)).start()
        portal.manage("migrate", "-v0")
        portal.manage("collectstatic", "--noinput", "-v0")
        portal.web()
        if with_queue:
            portal.queue_children()
        yield portal


@contextmanager
def one_machine() -> Iterator[Portal]:
    """The portal without services: SQLite, migrated; the web is not started yet."""
    with tempfile.TemporaryDirectory(prefix="portal-chaos-") as folder:
        origin = f"https://{HOST}"
        environ = plain_environ(Path(folder), ALLOWED_HOSTS=HOST, CSRF_TRUSTED_ORIGINS=origin, LOG_LEVEL="WARNING")
        portal = Portal(next(free_ports()), Path(folder), environ)
        portal.manage("migrate", "-v0")
        portal.manage("createcachetable")
        portal.web()
        try:
            yield portal
        finally:
            end(portal)


def end(portal: Portal) -> None:
    for server in reversed(portal.servers.values()):
        if server.name != "postgres":
            server.kill()
