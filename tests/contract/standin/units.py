# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's systemd, as far as guests have units. It runs the command that the unit says, and no unit that was
changed since it read them, of which the real one would warn.
"""

from __future__ import annotations

import os
import sys

from standin.world import Place, World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

TEMPLATE = "xen-guest@.service"
SPECIAL = (("${XEN_GUEST}", "\0"), ("$$", "$"), ("%%", "%"))


def directory(place: Place) -> str:
    return f"{place.root}/systemd/system"


def on_disk(place: Place) -> dict[str, str]:
    """The texts of all units."""
    found = {}
    for where, _directories, names in os.walk(directory(place)):
        for name in names:
            path = os.path.join(where, name)
            if name.endswith((".service", ".conf")) and not os.path.islink(path):
                with open(path) as file:
                    found[os.path.relpath(path, directory(place))] = file.read()
    return found


def guest_of(unit: str) -> str:
    escaped = unit[len("xen-guest@") : -len(".service")].encode()
    parts = escaped.split(b"\\x")
    return b"".join([parts[0], *(bytes([int(part[:2], 16)]) + part[2:] for part in parts[1:])]).decode()


def daemon_reload(place: Place, _words: list[str]) -> int:
    with place.world() as world:
        world["loaded"] = on_disk(place)
    return 0


def start(place: Place, words: list[str]) -> int:
    unit = words[-1]
    with place.world() as world:
        loaded = world.get("loaded", {})
        known = world.setdefault("units", {}).setdefault(unit, {})
        if _state(world, unit) == "active":
            return 0
        known["invocation"] = f"{len(world['units']):016x}{int(known.get('invocation') or '0', 16) + 1:016x}"
    if loaded != on_disk(place):
        sys.stderr.write(f"Warning: The unit file of {unit} changed on disk. Run 'systemctl daemon-reload'.\n")
        return 99
    if TEMPLATE not in loaded:
        sys.stderr.write(f"Failed to start {unit}: Unit {unit} not found.\n")
        return 5
    os.makedirs(f"{place.root}/journal", exist_ok=True)
    with open(f"{place.root}/journal/{known['invocation']}", "w") as journal:
        skipped = _run(loaded[TEMPLATE], "ExecCondition", unit, journal)
        code = 0 if skipped else _run(loaded[TEMPLATE], "ExecStart", unit, journal)
        if not skipped and not code:
            for line in commands(loaded.get(f"{unit}.d/60-xlops-shares.conf", ""), "ExecStartPost"):
                execute(line, journal, guest_of(unit))
    with place.world() as world:
        world["units"][unit] = {**known, "skipped": skipped != 0, **({} if skipped else {"failed": code != 0})}
    if code:
        sys.stderr.write(
            f"Job for {unit} failed because the control process exited with error code.\n"
            f'See "systemctl status {unit}" and "journalctl -xeu {unit}" for details.\n'
        )
    return 1 if code else 0


def _run(template: str, key: str, unit: str, journal: IO[str]) -> int:
    """The exit code of a command of a unit."""
    (line,) = commands(template, key)
    return execute(line, journal, guest_of(unit))


def commands(text: str, key: str) -> list[str]:
    return [line[len(key) + 1 :] for line in text.splitlines() if line.startswith(f"{key}=")]


def execute(line: str, journal: IO[str], guest: str = "") -> int:
    """The exit code of a line of a unit; one that may fail has none."""
    import shlex
    import subprocess

    words = shlex.split(line.removeprefix("-"))
    for written, meant in SPECIAL:
        words = [word.replace(written, meant) for word in words]
    code = subprocess.run(
        [word.replace("\0", guest) for word in words],
        stdout=journal,
        stderr=journal,
        env={**os.environ, "XEN_GUEST": guest},
        start_new_session=True,
    ).returncode
    return 0 if line.startswith("-") else code


def boot(place: Place) -> dict[str, str]:
    """What becomes of each linked unit with a resource when the host boots: those of a stage after the one before."""
    texts: dict[str, str] = {}
    for name, text in sorted(on_disk(place).items()):
        unit, below, _file = name.partition(".d/")
        texts[unit] = texts.get(unit, "") + (text if below else "")
    linked = sorted(os.listdir(f"{directory(place)}/multi-user.target.wants"))
    units = [unit for unit in linked if unit.startswith("xen-resource@")]
    with open(f"{place.root}/boot.log", "a") as journal:
        found = {unit: _boot(texts[unit], journal) for unit in sorted(units, key=lambda unit: _stage(texts[unit]))}
    with place.world() as world:
        world["booted"] = found
    return found


def _stage(text: str) -> int:
    """The more targets it comes after, the later it is."""
    return max((line.count("@") for line in text.splitlines() if line.startswith("After=")), default=0)


def _boot(text: str, journal: IO[str]) -> str:
    lines = [*commands(text, "ExecStart"), *commands(text, "ExecStartPost")]
    return "failed" if any(execute(line, journal) for line in lines) else "active"


def _state(world: World, unit: str) -> str:
    """A unit ends with the guest that it made; what became of one with a resource is known since the boot."""
    if unit in world.get("services", {}):
        return str(world["services"][unit])
    if unit.startswith("xen-resource@"):
        return str(world.get("booted", {}).get(unit, "inactive"))
    known = world.get("units", {}).get(unit)
    if not known:
        return "inactive"
    there = any(domain["name"] == guest_of(unit) for domain in world["domains"].values())
    return "failed" if known.get("failed") else "active" if there and "failed" in known else "inactive"


def show(place: Place, words: list[str]) -> int:
    with place.world() as world:
        known = ("xen-guest@", "xen-resource@", *world.get("services", {}))
        units = [word for word in words if word.startswith(known)]
        print("\n".join(_shown(world, unit) for unit in units), end="")
    return 0


def _shown(world: World, unit: str) -> str:
    active = _state(world, unit)
    skipped = world.get("units", {}).get(unit, {}).get("skipped")
    facts = {
        "Result": "exec-condition" if skipped else "exit-code" if active == "failed" else "success",
        "InvocationID": world.get("units", {}).get(unit, {}).get("invocation", ""),
        "Id": unit,
        "LoadState": "loaded",
        "ActiveState": active,
        "SubState": {"active": "running", "inactive": "dead"}.get(active, active),
    }
    return "".join(f"{key}={value}\n" for key, value in facts.items())


def reset_failed(place: Place, words: list[str]) -> int:
    with place.world() as world:
        for unit in words:
            world.get("units", {}).pop(unit, None)
    return 0


def kill(place: Place, words: list[str]) -> int:
    with place.world() as world:
        world["units"][words[-1]]["failed"] = True
    return 0


COMMANDS = {
    "stop": lambda _place, _words: 0,
    "daemon-reload": daemon_reload,
    "start": start,
    "show": show,
    "reset-failed": reset_failed,
    "kill": kill,
}
