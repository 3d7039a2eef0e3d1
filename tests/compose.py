"""What docker-compose.yml must hold to, checked without a daemon; `make compose-check` runs it."""

# ruff: noqa: T201 - a command; it talks to whoever typed it
from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
EXPECTED = {"web", "worker", "beat", "migrate", "db", "redis"}
LASTING = EXPECTED - {"migrate"}
PRIVATE = {"db", "redis"}
SHARED_IMAGE = EXPECTED - PRIVATE


def problems(compose: dict[str, Any], dockerfile: str) -> list[str]:
    """A sentence for each rule that is broken."""
    services: dict[str, dict[str, Any]] = compose.get("services", {})
    found = [f"service {name} is missing" for name in sorted(EXPECTED - services.keys())]
    if found:
        return found
    for name, service in services.items():
        found += [f"{name}: {problem}" for problem in _of_one(name, service)]
    found += _of_the_whole(compose, services)
    return found + _of_the_image(dockerfile)


def _of_one(name: str, service: dict[str, Any]) -> list[str]:
    found = []
    if str(service.get("user", "root")).split(":")[0] in {"root", "0"}:
        found.append("runs as root")
    if service.get("privileged"):
        found.append("is privileged")
    if name in LASTING and not service.get("healthcheck", {}).get("test"):
        found.append("has no health check")
    if name in LASTING and service.get("restart") not in {"unless-stopped", "always"}:
        found.append("does not come back after a restart of the machine")
    if name != "web" and service.get("ports"):
        found.append("is published")
    if any(not str(port).startswith("127.0.0.1:") for port in service.get("ports", [])):
        found.append("is published to the whole network, not to the proxy on this machine")
    if name not in SHARED_IMAGE and not _is_pinned(str(service.get("image", ""))):
        found.append("its image is not pinned to an exact version")
    return found


def _of_the_whole(compose: dict[str, Any], services: dict[str, dict[str, Any]]) -> list[str]:
    found = []
    beats = [name for name, service in services.items() if _runs_beat(service)]
    if beats != ["beat"] or services["beat"].get("deploy", {}).get("replicas", 1) != 1:
        found.append(f"exactly one beat must run, found {beats}")
    migrating = [name for name, service in services.items() if "migrate" in (service.get("command") or [])]
    if migrating != ["migrate"] or services["migrate"].get("restart") != "no":
        found.append("exactly one service must migrate, once")
    for name in ("web", "worker", "beat"):
        condition = services[name].get("depends_on", {}).get("migrate", {}).get("condition")
        if condition != "service_completed_successfully":
            found.append(f"{name}: starts before the migration has ended well")
    if "container_name" in services["web"] or "container_name" in services["worker"]:
        found.append("web and worker cannot be scaled with a fixed container name")
    for name in PRIVATE:
        networks = services[name].get("networks", [])
        if not networks or not all((compose["networks"].get(item) or {}).get("internal") for item in networks):
            found.append(f"{name}: can be reached from outside")
    used = {str(v).split(":")[0] for service in services.values() for v in service.get("volumes", [])}
    return found + [f"volume {name} is not declared" for name in sorted(used - set(compose.get("volumes", {})))]


def _of_the_image(dockerfile: str) -> list[str]:
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    found = [f"Dockerfile: {base} is not pinned to an exact version" for base in bases if not _is_pinned(base)]
    users = re.findall(r"^USER (\S+)", dockerfile, re.MULTILINE)
    if len(bases) < 2:
        found.append("Dockerfile: is not built in stages")
    if not users or users[-1] in {"root", "0"}:
        found.append("Dockerfile: ends as root")
    if "--require-hashes" not in dockerfile:
        found.append("Dockerfile: installs without checking hashes")
    return found


def _runs_beat(service: dict[str, Any]) -> bool:
    command = [str(word) for word in service.get("command") or []]
    return "beat" in command or "-B" in command or "--beat" in command


def _is_pinned(image: str) -> bool:
    return bool(re.search(r":\d+\.\d+(\.\d+)?\b", image)) or "@sha256:" in image


def load() -> tuple[dict[str, Any], str]:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return compose, (ROOT / "Dockerfile").read_text(encoding="utf-8")


def ask_docker() -> str | None:
    """What the compose client says is wrong; None where there is no client to ask."""
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        return None
    # The file names .env, which a fresh clone does not have.
    made = ROOT / ".env"
    present = made.exists()
    if not present:
        made.write_bytes((ROOT / ".env.example").read_bytes())
    try:
        command = [docker, "compose", "--file", str(ROOT / "docker-compose.yml"), "config", "--quiet"]
        environ = {**os.environ, "POSTGRES_PASSWORD": os.environ.get("POSTGRES_PASSWORD", "only-for-the-check")}
        done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    finally:
        if not present:
            made.unlink()
    return done.stderr.strip() if done.returncode else ""


def main() -> int:
    found = problems(*load())
    said = ask_docker()
    if said:
        found.append(said)
    for problem in found:
        print(f"  {problem}")
    asked = "not asked: no compose client here" if said is None else "asked"
    print(f"compose-check: {'failed' if found else 'ok'} ({len(EXPECTED)} services; docker compose config {asked})")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
