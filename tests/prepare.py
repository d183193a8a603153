"""Make sure the servers and the browser that the tests use are there: installed as root on Debian, else named.

It runs before anything of the house is installed, so it needs the standard library alone.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench.proxies import program
from tests.browsers import browser_program
from tests.servers import postgres_programs

PACKAGES = {
    "chromium": "the browser of the journeys",
    "postgresql": "the second database",
    "nginx-light": "the proxy of deploy/nginx.conf",
    "caddy": "the proxy of deploy/Caddyfile",
}


def main() -> None:
    missing = [name for name in PACKAGES if not is_there(name)]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing", " and ".join(missing), "...", flush=True)
        install(missing)
        return
    wanted = ", ".join(f"{name} ({PACKAGES[name]})" for name in missing)
    print(f"The tests also need: {wanted}. On Debian: apt-get install {' '.join(missing)}", file=sys.stderr)
    sys.exit(1)


def is_there(name: str) -> bool:
    if name == "chromium":
        return browser_program() is not None
    if name == "postgresql":
        return postgres_programs() is not None
    return program(name.removesuffix("-light")) is not None


def install(packages: list[str]) -> None:
    # At run level 1 Debian starts no service when it installs one.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    # Debian would start a cluster of its own on the standard port; the tests start theirs on a private one.
    Path("/etc/postgresql-common").mkdir(parents=True, exist_ok=True)
    settings = Path("/etc/postgresql-common/createcluster.conf")
    if not settings.exists():
        settings.write_text("create_main_cluster = false\n")
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=True, env=quiet,
                   stdout=subprocess.DEVNULL)  # fmt: skip


if __name__ == "__main__":
    main()
