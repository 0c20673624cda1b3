# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a build: the files are put together and looked at, described, packed, and published as a whole."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._build import checks, digest, package
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._build.manifest import manifest, sbom
from ansible_collections.xlops.xen.plugins.module_utils._build.order import Order
from ansible_collections.xlops.xen.plugins.module_utils._build.planner import PACKAGE, Ready
from ansible_collections.xlops.xen.plugins.module_utils._build.staged import assemble, described, differences
from ansible_collections.xlops.xen.plugins.module_utils._build.stages import LOG, STAGES, STATE, Workshop
from ansible_collections.xlops.xen.plugins.module_utils._build.store import (
    RESULT,
    Store,
    now,
    read_json,
    remove,
    write_json,
)

MANIFEST, SBOM = "manifest.json", "sbom.cdx.json"
# Where a host finds both, below the prefix.
SHARE = ("share", "xlops-xen")
ROOT, OUT = "root", "out"


@dataclass(frozen=True)
class Finish:
    """Of one build whose stages are done."""

    order: Order
    store: Store
    ready: Ready
    shop: Workshop
    provenance: dict[str, Any]
    arguments: list[str]  # what configure was given

    def result(self) -> dict[str, Any]:
        order, shop, found = self.order, self.shop, self.ready.environment
        with shop.progress.stage(PACKAGE):
            self._assemble()
            facts = {"prefix": order.prefix, "configure": self.arguments, "packages": dict(found.packages)}
            files = described(shop.outside(ROOT))
            documents = {
                MANIFEST: manifest(
                    order.full_version, self.ready.key, self.ready.inputs, self.provenance, facts, files
                ),
                SBOM: sbom(
                    order.full_version,
                    self.ready.key,
                    self.provenance,
                    str(found.compiler),
                    found.packages,
                    shop.epoch,
                ),
            }
            self._document(documents)
            made = self._pack()
        return self._publish(made, documents)

    def _assemble(self) -> None:
        order, shop = self.order, self.shop
        staged = [shop.outside("stage", one.name) for one in STAGES]
        assemble([one for one in staged if os.path.isdir(one)], shop.outside(ROOT), shop.epoch)
        lacking = checks.missing(shop.outside(ROOT), order.prefix, order.release, order.options, order.efi)
        if lacking:
            raise BuildError(
                f"make ended well, and what was asked for is not there: {', '.join(lacking)}. See {shop.log_path}"
            )

    def _document(self, documents: dict[str, dict[str, Any]]) -> None:
        share = self.shop.outside(ROOT, self.order.prefix.lstrip("/"), *SHARE)
        os.makedirs(share, exist_ok=True)
        for name, document in documents.items():
            write_json(os.path.join(share, name), document)
            os.utime(os.path.join(share, name), (self.shop.epoch, self.shop.epoch))
        for directory in (share, os.path.dirname(share), os.path.dirname(os.path.dirname(share))):
            os.utime(directory, (self.shop.epoch, self.shop.epoch))

    def _pack(self) -> str | None:
        order, shop = self.order, self.shop
        remove(shop.outside(OUT))
        shop.directory(OUT)
        label = package.Label(
            order.full_version, order.revision, package.architecture(shop), order.maintainer, self.ready.key
        )
        if order.package == package.TAR:
            name = f"{label.file}.tar.gz"
            package.tar(shop.outside(ROOT), shop.outside(OUT, name), shop.epoch)
        elif order.package == package.DEBIAN:
            name = f"{label.file}.deb"
            sysconfdir = str(order.options.get("sysconfdir", "/etc"))
            package.debian(shop, ROOT, os.path.join(OUT, name), label, sysconfdir)
        else:
            return None
        return shop.outside(OUT, name)

    def _publish(self, made: str | None, documents: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """What a former build of the same inputs came to is compared before it is replaced."""
        key, shop = self.ready.key, self.shop
        former = self.store.result(key)
        before = former and read_json(former["manifest"])
        target = self.store.path("results", key)
        with self.store.making("results", key) as work:
            if made:
                shutil.copyfile(made, os.path.join(work, os.path.basename(made)))
            else:
                os.replace(shop.outside(ROOT), os.path.join(work, ROOT))
            for name, document in documents.items():
                write_json(os.path.join(work, name), document)
            shop.log.flush()
            shutil.copyfile(shop.log_path, os.path.join(work, LOG))
            made_digest = digest.of_file(made) if made else ""
            result = {
                "fingerprint": key,
                "version": self.order.full_version,
                "prefix": self.order.prefix,
                "inputs": self.ready.inputs,
                "package": made and os.path.join(target, os.path.basename(made)),
                "package_sha256": made_digest,
                "root": None if made else os.path.join(target, ROOT),
                "manifest": os.path.join(target, MANIFEST),
                "sbom": os.path.join(target, SBOM),
                "advisories": self.provenance.get("ledger"),
                "supported_until": self.provenance.get("supported_until"),
                "log": os.path.join(target, LOG),
                "durations": shop.progress.durations,
                "finished": now(),
                "identical": former["package_sha256"] == made_digest if former else None,
                "differences": differences(before["files"], documents[MANIFEST]["files"]) if before else [],
            }
            write_json(os.path.join(work, RESULT), result)
        remove(shop.outside(STATE))  # a tree that is kept is no build to go on with
        return result
