# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages between a tree and its installed files, each of which is done once, whatever happens in between.

Every subsystem is installed into a directory of its own, so that a stage that was cut short leaves nothing in those of
the others. A compilation that was killed may leave half an object that is younger than its source, and make would take
it: the stage begins anew with upstream's own clean.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from ansible_collections.xlops.xen.plugins.module_utils._build import wrapper
from ansible_collections.xlops.xen.plugins.module_utils._build.causes import explain
from ansible_collections.xlops.xen.plugins.module_utils._build.confinement import (
    SEARCH_PATH,
    Confinement,
    plain_environment,
    stream,
)
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._build.progress import Progress
from ansible_collections.xlops.xen.plugins.module_utils._build.store import read_json, remove, write_json, write_new
from ansible_collections.xlops.xen.plugins.module_utils._plan import kconfig

TAIL = 400
LOG = "build.log"
STATE = "state.json"
TEMPORARY = "tmp"
AUTOTOOLS = "/usr/share/misc"  # where Debian has them
CONFIGURE = "configure"


@dataclass(frozen=True)
class Stage:
    """One subsystem of upstream's: what to make, and which compiler stands in for the real one."""

    name: str
    subsystem: str
    compiler: str

    @property
    def target(self) -> str:
        return f"install-{self.subsystem}"


STAGES = (
    Stage("hypervisor", "xen", wrapper.HYPERVISOR),
    Stage("tools", "tools", wrapper.TOOLS),
    Stage("stubdom", "stubdom", wrapper.TOOLS),
    Stage("docs", "docs", wrapper.TOOLS),
)


@dataclass(frozen=True)
class Workshop:
    """Where a build is at work: ``place`` as we see it, ``inside`` as the build does."""

    place: str
    inside: str
    confinement: Confinement
    progress: Progress
    log: IO[bytes]
    epoch: int
    variables: Mapping[str, str] = field(default_factory=dict)  # of make
    jobs: int = 1
    extra: Mapping[str, str] = field(default_factory=dict)  # of the environment

    def outside(self, *parts: str) -> str:
        return os.path.join(self.place, *parts)

    def within(self, *parts: str) -> str:
        return os.path.join(self.inside, *parts)

    @property
    def log_path(self) -> str:
        return self.outside(LOG)

    def run(self, stage: str, command: Sequence[str], directory: str = "tree", stand_ins: bool = True) -> None:
        """Run a program of the build and fail with what it complained about."""
        tail: deque[str] = deque(maxlen=TAIL)

        def listen(line: str) -> None:
            tail.append(line)
            self.progress.line(line)

        # What a killed compiler leaves there goes with the work.
        environment = {**plain_environment(), "TMPDIR": self.within(TEMPORARY), **self.extra}
        environment["SOURCE_DATE_EPOCH"] = str(self.epoch)
        if stand_ins:
            environment["PATH"] = f"{self.within('bin')}:{SEARCH_PATH}"
        if stream(self.confinement.argv(command, self.within(directory), environment), self.log, listen):
            raise BuildError(explain(stage, tail, self.log_path))

    def directory(self, *parts: str) -> str:
        """A directory that whoever compiles can write to."""
        path = self.outside(*parts)
        os.makedirs(path, exist_ok=True)
        if self.confinement.user and os.geteuid() == 0:
            os.chown(path, *self.confinement.user)
        return path

    @contextmanager
    def once(self, name: str, again: Callable[[], None]) -> Iterator[bool]:
        """Whether a stage is still to be done; ``again`` clears what is left of one that was begun and not ended."""
        state = self._state()
        if name in state["done"]:
            self.progress.durations[name] = state["done"][name]
            yield False
            return
        if state["begun"] == name:
            again()
        write_json(self.outside(STATE), {**state, "begun": name})
        with self.progress.stage(name):
            yield True
        done = {**state["done"], name: self.progress.durations[name]}
        write_json(self.outside(STATE), {"done": done, "begun": ""})

    def _state(self) -> dict[str, Any]:
        return {"done": {}, "begun": "", **(read_json(self.outside(STATE)) or {})}


def configure(
    shop: Workshop, arguments: Sequence[str], variables: Mapping[str, str], check: Callable[[], list[str]]
) -> None:
    """With the compiler as it is: configure's own tests have no prototypes, and would fail under stricter rules."""
    with shop.once(CONFIGURE, lambda: None) as needed:
        if needed:
            if not os.path.exists(shop.outside("tree", "configure")):
                _generate(shop)
            given = [f"{name}={value}" for name, value in sorted(variables.items())]
            shop.run(CONFIGURE, ["./configure", *arguments, *given])
            wrong = check()
            if wrong:
                raise BuildError(
                    f"configure went on without what was asked for: {'; '.join(wrong)}. See {shop.log_path}"
                )


def _generate(shop: Workshop) -> None:
    """Distributions leave out of their sources what autoconf makes, and who the machine is."""
    lacking = [name for name in ("config.guess", "config.sub") if not os.path.exists(shop.outside("tree", name))]
    if lacking:
        shop.run(CONFIGURE, ["cp", *(f"{AUTOTOOLS}/{name}" for name in lacking), "."])
    shop.run(CONFIGURE, ["./autogen.sh"])


def compile_and_install(shop: Workshop, stage: Stage, config: Mapping[str, str]) -> None:
    """``config``: what the hypervisor's Kconfig is to be told."""
    staged = shop.outside("stage", stage.name)

    def again() -> None:
        shop.run(stage.name, _make(shop, stage, "-C", stage.subsystem, "clean"))

    with shop.once(stage.name, again) as needed:
        if needed:
            remove(staged)
            shop.directory("stage", stage.name)
            if config:
                _configure_hypervisor(shop, stage, config)
            shop.run(
                stage.name,
                _make(shop, stage, f"--jobs={shop.jobs}", f"DESTDIR={shop.within('stage', stage.name)}", stage.target),
            )


def _configure_hypervisor(shop: Workshop, stage: Stage, wanted: Mapping[str, str]) -> None:
    path = shop.outside("tree", stage.subsystem, ".config")
    write_new(path, kconfig.text(wanted))
    if shop.confinement.user and os.geteuid() == 0:
        os.chown(path, *shop.confinement.user)
    shop.run(stage.name, _make(shop, stage, "-C", stage.subsystem, "olddefconfig"))
    with open(path, encoding="utf-8", errors="replace") as file:
        wrong = kconfig.ignored(wanted, file.read())
    if wrong:
        raise BuildError(f"the hypervisor's configuration does not take {'; '.join(wrong)}. See {shop.log_path}")


def _make(shop: Workshop, stage: Stage, *more: str) -> list[str]:
    compiler = shop.within("bin", stage.compiler)
    given = {**shop.variables, "CC": compiler, "HOSTCC": compiler}
    return ["make", *(f"{name}={value}" for name, value in sorted(given.items())), *more]
