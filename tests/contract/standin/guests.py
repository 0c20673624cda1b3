# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the stand-in's guests live and die. What a guest does is written on its command line:

deaf      does not react to a request to shut down
nodrivers has no drivers by which it could be asked
ends      powers off as soon as it runs
crashes   crashes as soon as it runs
slow      takes two seconds to shut down
suspends  is suspended, as by a save, when it is asked to shut down
lingers   is cleaned up after by its monitor three seconds later
"""

from __future__ import annotations

import os
import sys
import time

from standin.changes import give_ports
from standin.config import stored
from standin.world import Place, World, copied

POLL = 0.1
LINGERING = 3
REBOOT_PAUSE = 0.6  # xl sleeps two seconds between the end of a domain and its successor


def behaves(domain: World, word: str) -> bool:
    return word in domain["config"].get("b_info", {}).get("cmdline", "").split()


def add(world: World, config: dict, paused: bool, place: Place) -> str:
    """A new domain; its number. libxl keeps what it was made of, with a NUL at the end."""
    domid = str(world["next"])
    world["next"] += 1
    give_ports(config)
    memory = config["b_info"].get("target_memkb", config["b_info"].get("max_memkb", 32768)) // 1024
    world["free"] -= memory
    import json

    domain = {
        "name": config["c_info"]["name"],
        "uuid": config["c_info"]["uuid"],
        "memory": memory,
        "paused": paused,
        "config": config,
    }
    world["domains"][domid] = domain
    with open(place.stored_path(domid, domain), "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(json.dumps(stored(config, int(world["release"].split(".")[1])), indent=4) + "\n\0")
    if not paused:
        start(domain)
    return domid


def start(domain: World) -> None:
    domain["paused"] = False
    for word, ended in (("ends", "poweroff"), ("crashes", "crash")):
        if behaves(domain, word):
            domain["ended"] = ended


def pause(domain: World) -> None:
    """Xen counts: a domain runs when it was unpaused as often as it was paused."""
    domain["pauses"] = _pauses(domain) + 1
    domain["paused"] = True


def unpause(domain: World) -> None:
    domain["pauses"] = max(0, _pauses(domain) - 1)
    if not domain["pauses"]:
        start(domain)


def _pauses(domain: World) -> int:
    return int(domain.get("pauses", 1)) if domain.get("paused") else 0


def remove(world: World, domid: str, place: Place) -> None:
    domain = world["domains"].pop(domid)
    world["free"] += domain["memory"]
    for path in (place.staged_path(domid, domain), place.stored_path(domid, domain)):
        if os.path.exists(path):
            os.unlink(path)


def spawn_monitor(place: Place, domid: str) -> None:
    """A daemon as xl leaves it: it keeps every inherited descriptor but the three it replaces."""
    with place.world() as world:
        name = world["domains"][domid]["name"]
    if os.fork():
        return
    os.setsid()
    log = os.open(f"{place.logs}/xl-{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if os.fork():
        os._exit(0)
    try:
        _watch(place, domid)
    finally:
        os._exit(0)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _announce(place: Place, domid: str) -> None:
    with place.world() as world:
        name = world["domains"].get(domid, {}).get("name")
    say(f"Waiting for domain {name} (domid {domid}) to die [pid {os.getpid()}]")


def _watch(place: Place, domid: str) -> None:
    _announce(place, domid)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        time.sleep(POLL)
        with place.world() as world:
            domain = world["domains"].get(domid)
            if domain is None:
                say(f"Domain {domid} has been destroyed.")
                return
            if (domain.get("ended") == "suspend" or domain.get("was_suspended")) and int(
                world["release"].split(".")[1]
            ) < 20:
                say(f"Domain {domid} has been suspended.")
                return
            if domain.get("ended") in (None, "suspend"):
                continue
            lingers = behaves(domain, "lingers") and not domain.get("lingered")
            domain["lingered"] = True
        if lingers:
            time.sleep(LINGERING)
        with place.world() as world:
            domain = world["domains"].get(domid)
            if domain is None:
                return
            action = domain["config"].get(
                {"poweroff": "on_poweroff", "reboot": "on_reboot", "crash": "on_crash"}[domain["ended"]], "destroy"
            )
            say(f"Domain {domid} has shut down, reason {domain['ended']}, action {action}")
            if action == "preserve":
                return
            config = _next_config(place, domid, domain, world)
            remove(world, domid, place)
            if action != "restart":
                return
        with place.world() as world:
            pause = world.get("reboot_pause", REBOOT_PAUSE)
        time.sleep(pause)
        with place.world() as world:
            domid = add(world, config, False, place)
        _announce(place, domid)


def _next_config(place: Place, domid: str, domain: World, world: World) -> dict:
    """What `xl config-update` left, else what there was."""
    from standin.config import read, to_libxl

    staged = place.staged_path(domid, domain)
    if not os.path.exists(staged):
        config = copied(domain["config"])
        config["c_info"]["name"] = domain["name"]
        return config
    with open(staged) as file:
        return to_libxl(read(file.read(), "<updated>"), int(world["release"].split(".")[1]))
