# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's systemd as far as the toolstack has units: their files, their links, what was read of them, what runs.

A host has this one where its world has an entry `toolstack`: by unit `active` and `invocation`.
"""

from __future__ import annotations

import os
import sys

from standin.world import Place, World

PACKAGED = "usr/lib/systemd/system"
OWN = "systemd/system"
ENDINGS = (".service", ".mount", ".socket")


def on_disk(place: Place) -> dict[str, dict[str, str]]:
    """By unit, its files and their texts: the last one without a slash is what systemd would take."""
    found: dict[str, dict[str, str]] = {}
    for where in (PACKAGED, OWN):
        for directory, _below, names in os.walk(f"{place.root}/{where}"):
            for name in names:
                path = os.path.join(directory, name)
                unit = os.path.basename(directory)[:-2] if directory.endswith(".d") else name
                if unit.endswith(ENDINGS) and not directory.endswith(".wants"):
                    found.setdefault(unit, {})[path] = _read(path)
    return found


def _read(path: str) -> str:
    if os.path.islink(path) and os.readlink(path) == "/dev/null":
        return "masked"
    with open(path) as file:
        return file.read()


def daemon_reload(place: Place, _words: list[str]) -> int:
    with place.world() as world:
        world["read"] = on_disk(place)
    return 0


def _fragment(files: dict[str, str]) -> str:
    return [path for path in files if not path.endswith(".conf")][-1] if files else ""


def _settings(files: dict[str, str], key: str) -> list[str]:
    texts = "\n".join(files.values())
    return [word for line in texts.splitlines() if line.startswith(f"{key}=") for word in line[len(key) + 1 :].split()]


def _script(place: Place, unit: str) -> str:
    path = f"{place.root}/etc/init.d/{unit.rpartition('.')[0]}"
    return path if os.path.exists(path) else ""


def _links(place: Place, unit: str) -> list[str]:
    found = []
    for directory in os.listdir(f"{place.root}/{OWN}") if os.path.isdir(f"{place.root}/{OWN}") else []:
        path = f"{place.root}/{OWN}/{directory}/{unit}"
        if directory.endswith(".wants") and os.path.lexists(path):
            found.append(path)
    return found


def _shown(place: Place, world: World, unit: str) -> str:
    files, now = world.get("read", {}).get(unit, {}), on_disk(place).get(unit, {})
    fragment, script = _fragment(files), _script(place, unit)
    known = world["toolstack"].get(unit, {})
    facts = {"Id": unit, "LoadState": "not-found", "UnitFileState": "", "FragmentPath": "", "SourcePath": ""}
    if fragment and files[fragment] == "masked":
        facts.update(LoadState="masked", UnitFileState="masked", FragmentPath=fragment)
    elif fragment:
        state = "enabled" if _links(place, unit) else "disabled" if _settings(files, "WantedBy") else "static"
        facts.update(LoadState="loaded", UnitFileState=state, FragmentPath=fragment)
    elif script:
        generated = f"{place.root}/run/systemd/generator.late/{unit}"
        facts.update(LoadState="loaded", UnitFileState="generated", FragmentPath=generated, SourcePath=script)
    active = known.get("active", "inactive")
    facts.update(
        ActiveState=active,
        SubState={"active": "running", "failed": "failed"}.get(active, "dead"),
        Result="exit-code" if active == "failed" else "success",
        ConditionResult=known.get("condition", "yes"),
        After=" ".join(_settings(files, "After")),
        DropInPaths=" ".join(path for path in files if path.endswith(".conf")),
        InvocationID=known.get("invocation", ""),
        NeedDaemonReload="yes" if files != now and fragment else "no",
    )
    return "".join(f"{key}={value}\n" for key, value in facts.items())


def show(place: Place, words: list[str]) -> int:
    with place.world() as world:
        print("\n".join(_shown(place, world, unit) for unit in words[words.index("--") + 1 :]), end="")
    return 0


def enable(place: Place, words: list[str]) -> int:
    unit = words[-1]
    with place.world() as world:
        files = world.get("read", {}).get(unit, {})
    if not files:
        if not _script(place, unit):
            sys.stderr.write(f"Failed to enable unit: Unit file {unit} does not exist.\n")
            return 1
        os.makedirs(f"{place.root}/etc/rc3.d", exist_ok=True)
        link = f"{place.root}/etc/rc3.d/S01{unit.rpartition('.')[0]}"
        if not os.path.lexists(link):
            os.symlink(f"../init.d/{unit.rpartition('.')[0]}", link)
        return 0
    for target in _settings(files, "WantedBy"):
        os.makedirs(f"{place.root}/{OWN}/{target}.wants", exist_ok=True)
        link = f"{place.root}/{OWN}/{target}.wants/{unit}"
        if not os.path.lexists(link):
            os.symlink(_fragment(files), link)
    return 0


def disable(place: Place, words: list[str]) -> int:
    name = words[-1].rpartition(".")[0]
    levels = [f"{place.root}/etc/rc{level}.d/S01{name}" for level in "2345"]
    for link in (*_links(place, words[-1]), *filter(os.path.lexists, levels)):
        os.unlink(link)
    return 0


def start(place: Place, words: list[str]) -> int:
    unit = words[-1]
    with place.world() as world:
        files = world.get("read", {}).get(unit, {})
        if files != on_disk(place).get(unit, {}):
            sys.stderr.write(f"Warning: The unit file of {unit} changed on disk. Run 'systemctl daemon-reload'.\n")
            return 99
        if not files and not _script(place, unit):
            sys.stderr.write(f"Failed to start {unit}: Unit {unit} not found.\n")
            return 5
        known = world["toolstack"].setdefault(unit, {})
        if known.get("active") == "active":
            return 0
        known["invocation"] = f"{int(known.get('invocation') or '0', 16) + 1:032x}"
        fails = unit in world.get("failing", {})
        known["active"] = "failed" if fails else "inactive" if known.get("condition") == "no" else "active"
        os.makedirs(f"{place.root}/journal", exist_ok=True)
        with open(f"{place.root}/journal/{known['invocation']}", "w") as journal:
            journal.write(world.get("failing", {}).get(unit, ""))
    return 1 if fails else 0


def stop(place: Place, words: list[str]) -> int:
    with place.world() as world:
        world["toolstack"].setdefault(words[-1], {})["active"] = "inactive"
    return 0


def restart(place: Place, words: list[str]) -> int:
    stop(place, words)
    return start(place, words)


COMMANDS = {
    "daemon-reload": daemon_reload,
    "show": show,
    "enable": enable,
    "disable": disable,
    "start": start,
    "stop": stop,
    "restart": restart,
}


def plays(place: Place) -> bool:
    with place.world() as world:
        return "toolstack" in world
