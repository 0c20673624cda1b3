# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a release of Xen that has a prefix of its own the host's whenever its hypervisor runs: units, programs on the
PATH, configuration.

Everything is a link, a small file or a directory outside the prefix, worked out from what is in it. Units wait in a
directory for each release, from which the generator of chooser.py takes them; programs lead to whatever release runs. A
record of all that lets a release go, and nothing of others is ever replaced.

Imports nothing but Python's own library and what is beside it: it is also a program, for a system that does not run
yet.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._release import chooser, units
from ansible_collections.xlops.xen.plugins.module_utils._release.chooser import CURRENT, MANIFEST, RELEASES

RECORD = "/var/lib/xlops.xen/release.json"
UNITS = "/etc/systemd/system"
# The start script of Debian's own packages, which systemd makes a unit of: two toolstacks would start.
RIVAL_SCRIPT, RIVAL_UNIT = "/etc/init.d/xen", "xen.service"
# Where everything else of a host is, too: linking all programs of it would be a disaster.
SHARED = ("", "/usr", "/usr/local")
# The host's settings, which outlive a release: below /etc of the prefix -> on the host.
SETTINGS = ("xen/xl.conf", "default/xencommons", "default/xendomains")


class NotPossible(Exception):
    """In a sentence, why the host is left as it is."""


@dataclass(frozen=True)
class Release:
    """An installed release: what its manifest says of it."""

    prefix: str
    version: str
    device_model: str  # the one of the distribution, if it was built for that
    hypervisor: str = ""  # its file

    @property
    def waiting(self) -> str:
        """Where what it brings waits for its hypervisor."""
        return f"{RELEASES}/{self.version}"

    @property
    def numbers(self) -> tuple[int, int]:
        major, minor = re.findall(r"\d+", self.version)[:2]
        return int(major), int(minor)


@dataclass(frozen=True)
class Item:
    """Something that belongs to the release outside its prefix: a link, or a file with its content."""

    link: str = ""
    text: str = ""
    mode: int = 0o644
    optional: bool = False  # what others have in its place may stay

    @property
    def mark(self) -> str:
        """What the record says of it."""
        return f"-> {self.link}" if self.link else self.text


@dataclass(frozen=True)
class Plan:
    """What is to be made, moved to the host, and removed, by path on the host."""

    items: dict[str, Item]
    made: list[str]
    adopted: dict[str, str]  # file in the prefix -> the host's, which it becomes a link to
    removed: list[str]
    releases: dict[str, dict[str, Any]]  # version -> prefix and units, of all that the host can boot

    @property
    def changes(self) -> list[str]:
        return sorted([*self.made, *self.adopted, *self.removed])


class Host(chooser.Rooted):
    """A host's file system, or one that becomes a host's."""

    def found(self, path: str) -> str | None:
        """What is at a path, in the words of the record; None is nothing."""
        place = self.at(path)
        if place.is_symlink():
            return f"-> {os.readlink(place)}"
        if place.is_file():
            return place.read_text(encoding="utf-8", errors="surrogateescape")
        return "a directory" if place.exists() else None

    def record(self) -> dict[str, Any]:
        """What runs before this one made: by path, what may be there that is ours; and of which releases it is."""
        place = self.at(RECORD)
        nothing: dict[str, Any] = {"items": {}, "releases": {}}
        if not place.exists():
            return nothing
        try:
            record: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        except ValueError as error:
            raise NotPossible(
                f"{RECORD} cannot be read ({error}). It says what the releases have outside their prefixes."
            ) from error
        return {**nothing, **record}


def read_release(host: Host, prefix: str) -> Release:
    """The release below a prefix."""
    if prefix in SHARED:
        raise NotPossible(f"A release in {prefix or '/'} is not alone there, and is the host's already.")
    place = host.at(f"{prefix}/{MANIFEST}")
    try:
        manifest = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotPossible(f"No release is installed in {prefix}: it has no {MANIFEST}.") from None
    except ValueError as error:
        raise NotPossible(f"{prefix}/{MANIFEST} cannot be read: {error}.") from error
    given = [word.partition("=")[2] for word in manifest["configure"] if word.startswith("--with-system-qemu=")]
    device_model = next((path for path in given if path.startswith("/")), "")
    files = [str(one["path"]) for one in manifest.get("files", [])]
    hypervisor = next((path for path in files if re.fullmatch(r"/boot/xen-[^/]+\.gz", path)), "")
    return Release(prefix, manifest["version"], device_model, hypervisor)


def wanted(host: Host, release: Release, enabled: Iterable[str]) -> dict[str, Item]:
    """All that a release has outside its prefix. Its own directory counts from when the last file in it is there."""
    return dict(
        [
            (chooser.GENERATOR, Item(text=chooser.GENERATOR_TEXT, mode=0o755)),
            (f"{UNITS}/{chooser.UNIT}", Item(text=chooser.UNIT_TEXT)),
            (f"{UNITS}/sysinit.target.wants/{chooser.UNIT}", Item(link=f"{UNITS}/{chooser.UNIT}")),
            *_of_units(host, release, frozenset(enabled)),
            *_of_programs(host, release),
            *_of_settings(host, release),
            (f"{release.waiting}/hypervisor", Item(text=f"{os.path.basename(release.hypervisor)}\n")),
            (f"{release.waiting}/built", Item(text="".join(f"{date}\n" for date in _dates(host, release)))),
            (f"{release.waiting}/prefix", Item(text=f"{release.prefix}\n")),
        ]
    )


def _dates(host: Host, release: Release) -> list[str]:
    return chooser.dates_in(host.at(release.hypervisor)) if release.hypervisor else []


def _of_units(host: Host, release: Release, enabled: frozenset[str]) -> Iterator[tuple[str, Item]]:
    directory = f"{release.prefix}/lib/systemd/system"
    names = _listing(host, directory)
    if not names:
        raise NotPossible(f"{directory} has no units: the release was built without systemd.")
    unknown = sorted(enabled - set(names))
    if unknown:
        raise NotPossible(f"Xen {release.version} has no {', '.join(unknown)}; it has {', '.join(names)}.")
    waiting = f"{release.waiting}/units"
    for name in names:
        text = host.at(f"{directory}/{name}").read_text(encoding="utf-8")
        yield f"{waiting}/{name}", Item(link=f"{directory}/{name}")
        if name not in units.OPTIONAL or name in enabled:
            for target in units.wanted_by(text):
                yield f"{waiting}/{target}.wants/{name}", Item(link=f"../{name}")
        for remedy, content in units.drop_ins(release.numbers, name, text, release.device_model).items():
            yield f"{waiting}/{name}.d/xlops-{remedy}.conf", Item(text=content)
            if units.HELPER in content:
                yield units.HELPER, Item(text=units.HELPER_TEXT, mode=0o755)
    modules = _modules(host, release)
    if modules:
        name = "xlops-xen-modules.service"
        yield f"{waiting}/{name}", Item(text=units.modules_unit(modules))
        yield f"{waiting}/multi-user.target.wants/{name}", Item(link=f"../{name}")
    if host.at(RIVAL_SCRIPT).exists():
        yield f"{waiting}/{RIVAL_UNIT}", Item(link="/dev/null")


def _modules(host: Host, release: Release) -> list[str]:
    place = host.at(f"{release.prefix}/lib/modules-load.d/xen.conf")
    lines = place.read_text(encoding="utf-8").splitlines() if place.exists() else []
    return [line.strip() for line in lines if line.strip() and line.lstrip()[0] not in "#;"]


def _of_programs(host: Host, release: Release) -> Iterator[tuple[str, Item]]:
    for directory in ("sbin", "bin"):
        for name in _listing(host, f"{release.prefix}/{directory}"):
            yield f"/usr/local/{directory}/{name}", Item(link=f"{CURRENT}/{directory}/{name}")
    # pygrub looks for its modules where Python does, and not beside itself.
    for python in _listing(host, f"{release.prefix}/lib"):
        for kind in ("site-packages", "dist-packages"):
            packages = f"lib/{python}/{kind}"
            if python.startswith("python") and host.at(f"{release.prefix}/{packages}").is_dir():
                yield f"/usr/local/lib/{python}/dist-packages/xlops-xen.pth", Item(text=f"{CURRENT}/{packages}\n")


def _of_settings(host: Host, release: Release) -> Iterator[tuple[str, Item]]:
    # Where guests' files give a script by its usual path. The scripts of another release that is there may stay.
    if host.at(f"{release.prefix}/etc/xen/scripts").is_dir():
        yield "/etc/xen/scripts", Item(link=f"{CURRENT}/etc/xen/scripts", optional=True)


def _listing(host: Host, directory: str) -> list[str]:
    place = host.at(directory)
    return sorted(os.listdir(place)) if place.is_dir() else []


def _all_wanted(host: Host, releases: Mapping[str, Mapping[str, Any]]) -> dict[str, Item]:
    """What every release that the host can boot has outside its prefix; most of it is the same."""
    items: dict[str, Item] = {}
    for known in releases.values():
        items.update(wanted(host, read_release(host, known["prefix"]), known["units"]))
    return items


def plan(host: Host, release: Release, enabled: Iterable[str]) -> Plan:
    """What has to happen so that a host has a release, beside those that it has; nothing is changed."""
    _require_early(host, release)
    record = host.record()
    others = {
        version: known
        for version, known in record["releases"].items()
        if version != release.version and host.at(f"{known['prefix']}/{MANIFEST}").exists()
    }
    releases = {**others, release.version: {"prefix": release.prefix, "units": sorted(enabled)}}
    items, ours = _all_wanted(host, releases), record["items"]
    made, in_the_way = [], []
    for path, item in items.items():
        there = host.found(path)
        if there == item.mark:
            continue
        if there is None or there in ours.get(path, []):
            made.append(path)
        elif not item.optional:
            in_the_way.append(path)
    if in_the_way:
        raise NotPossible(
            f"In the way of Xen {release.version} are {', '.join(in_the_way)}, which no release put there. Remove "
            "them, or the package that they belong to."
        )
    removed = [path for path, marks in ours.items() if path not in items and host.found(path) in marks]
    adopted = {}
    for name in SETTINGS:
        inside, outside = f"{release.prefix}/etc/{name}", f"/etc/{name}"
        if host.at(inside).exists() and host.found(inside) != f"-> {outside}":
            adopted[inside] = outside
    return Plan(items, made, adopted, removed, releases)


def takes_effect(host: Host, release: Release) -> bool:
    """Whether a release would be the host's at once, in place of what is there."""
    running = chooser.read_running(host.at("/sys/hypervisor"))
    distribution = host.at(f"{chooser.DISTRIBUTION}{running.release}/bin/xl").exists()
    chosen = chooser.chosen(release.version, _dates(host, release), running, distribution)
    return chosen and host.found(CURRENT) != f"-> {release.prefix}"


def differences(host: Host, todo: Plan) -> dict[str, str]:
    """What is at each path that changes, before and after."""
    after = {
        **{path: todo.items[path].mark for path in todo.made},
        **{path: f"-> {target}" for path, target in todo.adopted.items()},
    }
    found = {path: host.found(path) for path in todo.changes}
    return {
        "before": "".join(f"{path}: {text}\n" for path, text in found.items() if text is not None),
        "after": "".join(f"{path}: {after[path]}\n" for path in todo.changes if path in after),
    }


def _require_early(host: Host, release: Release) -> None:
    """systemd reads its units before it mounts anything, and passes over links that lead nowhere."""
    if os.stat(host.at(release.prefix)).st_dev != os.stat(host.at("/etc")).st_dev:
        raise NotPossible(
            f"{release.prefix} is on another file system than /etc: systemd reads units before it is mounted."
        )


def perform(host: Host, todo: Plan) -> None:
    """Do what the plan says. When it is cut short, the next run does the rest."""
    marks = {path: item.mark for path, item in todo.items.items() if path in todo.made or host.found(path) == item.mark}
    before = host.record()["items"]
    # Both are ours until all is done: a run that is cut short leaves some of the old and some of the new.
    both = {path: [*before.get(path, []), *([marks[path]] if path in marks else [])] for path in {**before, **marks}}
    _record(host, todo.releases, both)
    for path in todo.removed:
        host.at(path).unlink()
        _tidy(host, path)
    for inside, outside in todo.adopted.items():
        # The release's own text only where the host says nothing.
        if not host.at(outside).exists():
            _write(host.at(outside), host.at(inside).read_text(encoding="utf-8"), 0o644)
        _link(host.at(inside), outside)
    for path in todo.made:
        item = todo.items[path]
        if item.link:
            _link(host.at(path), item.link)
        else:
            _write(host.at(path), item.text, item.mode)
    host.at("/etc/xen/auto").mkdir(parents=True, exist_ok=True)
    _record(host, todo.releases, {path: [mark] for path, mark in marks.items()})


def _tidy(host: Host, path: str) -> None:
    """Remove the directories that a removed file leaves empty, as far as they are ours."""
    for directory in host.at(path).parents:
        if RELEASES in str(directory):
            try:
                directory.rmdir()
            except OSError:
                return


def _record(host: Host, releases: Mapping[str, Mapping[str, Any]], marks: dict[str, list[str]]) -> None:
    record = {"releases": releases, "items": marks}
    _write(host.at(RECORD), json.dumps(record, indent=1, sort_keys=True) + "\n", 0o644)


def _beside(place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".{place.name}.xlops-new")
    temporary.unlink(missing_ok=True)
    return temporary


def _write(place: Path, text: str, mode: int) -> None:
    temporary = _beside(place)
    temporary.write_text(text, encoding="utf-8")
    temporary.chmod(mode)
    os.replace(temporary, place)


def _link(place: Path, target: str) -> None:
    temporary = _beside(place)
    temporary.symlink_to(target)
    os.replace(temporary, place)


def main(arguments: list[str]) -> int:
    """For a system that does not run: the prefix, and the optional units that are to be started."""
    parser = argparse.ArgumentParser(description="Make a release of Xen the host's.")
    parser.add_argument("prefix")
    parser.add_argument("units", nargs="*")
    given = parser.parse_args(arguments)
    host = Host()
    try:
        release = read_release(host, given.prefix.rstrip("/"))
        todo = plan(host, release, given.units)
        perform(host, todo)
    except (NotPossible, OSError) as error:
        sys.stderr.write(f"switch: {error}\n")
        return 1
    sys.stdout.write("".join(f"{change}\n" for change in todo.changes))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
