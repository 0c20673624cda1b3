# SPDX-License-Identifier: GPL-3.0-or-later
"""One build from its order to its result. Killed at any time, the next run goes on with the first stage to be done."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from ansible_collections.xlops.xen.plugins.module_utils._build import checks, environment, sources, stages, wrapper
from ansible_collections.xlops.xen.plugins.module_utils._build.confinement import Confinement
from ansible_collections.xlops.xen.plugins.module_utils._build.environment import CACHED, INSIDE, Environment
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._build.mounts import bound
from ansible_collections.xlops.xen.plugins.module_utils._build.order import Order
from ansible_collections.xlops.xen.plugins.module_utils._build.planner import ENVIRONMENT, OBTAIN, Plan, Ready, plan
from ansible_collections.xlops.xen.plugins.module_utils._build.progress import Progress
from ansible_collections.xlops.xen.plugins.module_utils._build.result import Finish
from ansible_collections.xlops.xen.plugins.module_utils._build.stages import LOG, STAGES, TEMPORARY, Workshop
from ansible_collections.xlops.xen.plugins.module_utils._build.store import Store, read_json, remove, write_json
from ansible_collections.xlops.xen.plugins.module_utils._lab.locks import exclusive
from ansible_collections.xlops.xen.plugins.module_utils._plan.compiler_choice import forced
from ansible_collections.xlops.xen.plugins.module_utils._plan.configure_arguments import (
    configure_arguments,
    directories,
    subsystems,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.configure_options import CONFIGURE_OPTIONS

PROVENANCE = "provenance.json"


@dataclass(frozen=True)
class Builder:
    """Of one order, in one store. One build at a time is at work in a store."""

    order: Order
    store: Store
    say: Callable[[str], None]

    def build(self) -> tuple[Plan, dict[str, Any]]:
        """Build what is not there. Returns what there was to do, and the result."""
        found = plan(self.order, self.store)
        if found.result:
            return found, found.result  # whatever else is being built
        self.store.prepare()
        with exclusive(Path(self.store.path("lock")), lambda: self.say("another build is at work: waiting for it")):
            wanted = plan(self.order, self.store)
            if wanted.result:
                return wanted, wanted.result
            self._confinement("/").require()
            self.store.require_space()
            progress = Progress(self.store.root, f"{self.order.full_version} {self.order.preset}", wanted.stages)
            result = self._build(wanted.ready or self._prepare(progress), progress)
            progress.done()
            self.store.prune(self.order.keep, result["fingerprint"], self.order.keep_tree)
            return wanted, result

    def _confinement(self, root: str) -> Confinement:
        return Confinement(root, self.order.account, self.order.memory)

    def _prepare(self, progress: Progress) -> Ready:
        """Make the environment. What its compiler is, and whether it is known, is only seen now."""
        with open(self.store.path("environments", LOG), "wb") as log, progress.stage(ENVIRONMENT):
            environment.make(self.order.environment, self.store, log, progress.line)
        ready = plan(self.order, self.store).ready
        if ready is None:
            raise BuildError(f"the environment was removed while it was made: see {self.store.root}")
        return ready

    def _build(self, ready: Ready, progress: Progress) -> dict[str, Any]:
        for other in os.listdir(self.store.path("work")):
            if other != ready.key:
                remove(self.store.path("work", other))
        place = self.store.path("work", ready.key)
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, LOG), "ab") as log, bound(self._bindings(ready.environment, place)):
            shop = self._shop(ready, place, log, progress)
            shop.directory(TEMPORARY)
            provenance = self._obtain(shop)
            checks.require_sources(self.order.release, self.order.options, provenance["absent"])
            if self.order.epoch is None:
                shop = replace(shop, epoch=provenance["epoch"])
            arguments = self._compile(ready, shop)
            return Finish(self.order, self.store, ready, shop, provenance, arguments).result()

    def _bindings(self, found: Environment, place: str) -> dict[str, str]:
        """What is seen in the chroot, and where."""
        cache = self.store.path("ccache")
        if self.order.ccache:
            os.makedirs(cache, exist_ok=True)
            if self.order.account:
                os.chown(cache, *self.order.account)
        if not found.in_chroot:
            return {}
        return {found.root + INSIDE: place, **({found.root + CACHED: cache} if self.order.ccache else {})}

    def _shop(self, ready: Ready, place: str, log: IO[bytes], progress: Progress) -> Workshop:
        order, chroot = self.order, ready.environment.in_chroot
        variables = {
            **order.variables, **ready.needs.make,
            "XEN_WHOAMI": "xen-build", "XEN_DOMAIN": "localdomain", "EFI_DIR": f"{order.prefix}/lib/efi",
            **({"XEN_VENDORVERSION": order.vendor} if order.vendor else {}),
        }  # fmt: skip
        # Whoever byte-compiled a module would put the time into it; the order of a hash would differ from run to run.
        extra = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
        if order.ccache:
            extra["CCACHE_DIR"] = CACHED if chroot else self.store.path("ccache")
        return Workshop(
            place, INSIDE if chroot else place, self._confinement(ready.environment.root), progress, log,
            order.epoch or 0, variables, order.jobs, extra,
        )  # fmt: skip

    def _obtain(self, shop: Workshop) -> dict[str, Any]:
        """The verified tree, in place as a whole or not at all, and what is known of it."""
        order, tree = self.order, shop.outside("tree")

        def say(line: str) -> None:
            shop.log.write(f"{line}\n".encode())
            self.say(line)

        with shop.once(OBTAIN, lambda: None) as needed:
            if needed:
                remove(tree)
                had = sources.obtain(order.sources, order.patches, tree, say, user=order.user, cache=order.cache)
                if had.version != order.version:
                    raise BuildError(
                        f"the sources were to be Xen {order.version}, and are {had.version}: give the right version"
                    )
                write_json(shop.outside(PROVENANCE), had.as_dict())
        return read_json(shop.outside(PROVENANCE)) or {}

    def _compile(self, ready: Ready, shop: Workshop) -> list[str]:
        """Configure and make. Returns what configure was given."""
        order, need = self.order, ready.needs
        options = {
            name: value
            for name, value in forced(order.options, need.options).items()
            if CONFIGURE_OPTIONS[name].known_to(order.release)
        }
        arguments = configure_arguments(order.prefix, options)
        launcher = [environment.CCACHE] if order.ccache else []
        libraries = directories(order.prefix, options)["libdir"] if options.get("rpath") else ""
        wrapper.write(shop.outside("bin"), [*launcher, order.compiler], need, libraries)
        stages.configure(shop, arguments, need.configure, lambda: checks.configured(shop.outside("tree"), options))
        for stage in STAGES:
            if stage.subsystem in subsystems(options):
                stages.compile_and_install(shop, stage, order.kconfig if stage.subsystem == "xen" else {})
        return arguments
