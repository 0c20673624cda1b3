# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-test sanity on the built and installed collection; arguments are passed on to ansible-test.

ansible-test keeps its virtual environments below $HOME, downloads pip from a site of its own, and hides the environment
(with it PIP_INDEX_URL, https_proxy and their like) from pip. Here it gets a home of its own in build/, which holds
the caller's pip settings and a pip bootstrap that needs no other site than the package index.
"""

from __future__ import annotations

import ast
import configparser
import os
import pathlib
import shutil
import subprocess
import sys

TOOLS = pathlib.Path(__file__).resolve().parent
HOME = TOOLS.parents[1] / "build" / "sanity-home"
PIP_VERSION_OF_ANSIBLE_TEST = "24.2"


def callers_pip_settings() -> dict[str, str]:
    """Pip's settings, of files and of the environment; `pip config list` writes them like global.cert='/etc/ssl'."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    ).stdout
    settings = {"global.proxy": os.environ.get("https_proxy", "")}
    for line in listing.splitlines():
        key, value = line.split("=", 1)
        settings[key.replace(":env:.", "global.")] = ast.literal_eval(value)
    return settings


def write_pip_settings(path: pathlib.Path) -> None:
    parser = configparser.RawConfigParser()
    for key, value in callers_pip_settings().items():
        section, option = key.split(".", 1)
        if not parser.has_section(section):
            parser.add_section(section)
        parser.set(section, option, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        parser.write(file)


def has_only_working_pythons(directory: str) -> bool:
    """False for a directory of shims, which offers interpreters that are not there; ansible-test would try them all."""
    return all(
        subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0
        for python in pathlib.Path(directory).glob("python3.[0-9]*")
        if python.suffix[1:].isdigit()
    )


def environment() -> dict[str, str]:
    path = filter(has_only_working_pythons, os.environ["PATH"].split(os.pathsep))
    return os.environ | {"HOME": str(HOME), "PATH": os.pathsep.join(path)}


def main() -> int:
    write_pip_settings(HOME / ".config" / "pip" / "pip.conf")
    bootstrap = HOME / f".ansible/test/cache/get_pip_{PIP_VERSION_OF_ANSIBLE_TEST.replace('.', '_')}.py"
    bootstrap.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(TOOLS / "sanity_get_pip.py", bootstrap)
    return subprocess.run(
        [TOOLS / "in_artifact", "ansible-test", "sanity", *sys.argv[1:]], check=False, env=environment()
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
