# SPDX-License-Identifier: GPL-3.0-or-later
"""Where this host has its packages from."""

from __future__ import annotations

import shutil

from ansible_collections.xlops.xen.plugins.module_utils._host.process import run


def mirror_of_host() -> str:
    """The Debian mirror that apt of this host is told to use, empty where there is none."""
    done = (
        run(["apt-get", "indextargets", "--format", "$(CREATED_BY) $(REPO_URI)"], 30)
        if shutil.which("apt-get")
        else None
    )
    lines = done.output.splitlines() if done and done.ok else []
    uris = [line.split()[1].rstrip("/") for line in lines if line.startswith("Packages ")]
    return next((uri for uri in uris if uri.endswith("/debian")), "")
