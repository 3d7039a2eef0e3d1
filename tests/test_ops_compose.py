"""The compose file keeps our rules, and the rules notice when it does not."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import compose

FILE, DOCKERFILE = compose.load()


def changed(service: str, **keys: Any) -> dict[str, Any]:
    document = copy.deepcopy(FILE)
    document["services"][service].update(keys)
    return document


def test_the_compose_file_keeps_every_rule() -> None:
    assert compose.problems(FILE, DOCKERFILE) == []


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (changed("web", user="root"), "web: runs as root"),
        (changed("worker", healthcheck={}), "worker: has no health check"),
        (changed("db", ports=["127.0.0.1:5432:5432"]), "db: is published"),
        (changed("web", ports=["8000:8000"]), "web: is published to the whole network"),
        (changed("worker", command=["celery", "worker", "-B"]), "exactly one beat must run"),
        (changed("beat", deploy={"replicas": 2}), "exactly one beat must run"),
        (changed("migrate", restart="always"), "exactly one service must migrate"),
        (changed("web", depends_on={}), "web: starts before the migration"),
        (changed("redis", image="redis:latest"), "redis: its image is not pinned"),
        (changed("db", networks=["outside"]), "db: can be reached from outside"),
        (changed("web", volumes=["files:/srv/media"]), "volume files is not declared"),
    ],
)
def test_a_broken_rule_is_said(document: dict[str, Any], said: str) -> None:
    assert [problem for problem in compose.problems(document, DOCKERFILE) if problem.startswith(said)]


def test_an_image_that_ends_as_root_is_refused() -> None:
    assert "Dockerfile: ends as root" in compose.problems(FILE, DOCKERFILE.replace("USER portal", "USER root"))


def test_static_files_are_collected_as_the_image_does_it(tmp_path: Path) -> None:
    environ = {**os.environ, "PORTAL_ENV": "production", "VAR_DIR": str(tmp_path), "SECRET_KEY": "x" * 40}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    done = subprocess.run(command, cwd=compose.ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "static" / "staticfiles.json").is_file()


def test_production_does_not_start_with_local_settings(tmp_path: Path) -> None:
    environ = {**os.environ, "PORTAL_ENV": "production", "VAR_DIR": str(tmp_path), "SECRET_KEY": "", "DATABASE_URL": ""}
    command = [sys.executable, "manage.py", "migrate", "--noinput"]
    done = subprocess.run(command, cwd=compose.ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "portal.E001" in done.stderr and "portal.E003" in done.stderr
