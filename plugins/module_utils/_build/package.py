# SPDX-License-Identifier: GPL-3.0-or-later
"""From a staged tree to one file: a Debian package that installs and removes cleanly, or a tar archive.

The package has no maintainer scripts: nothing is started, and no boot entry is touched, by unpacking it. Upstream's
``make uninstall`` removes the guests' data; dpkg removes what the package brought.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._build.staged import entries
from ansible_collections.xlops.xen.plugins.module_utils._build.stages import Workshop
from ansible_collections.xlops.xen.plugins.module_utils._build.store import remove

DEBIAN, TAR, NONE = "deb", "tar", "none"
ELF = b"\x7fELF"


@dataclass(frozen=True)
class Label:
    """How a package is called."""

    version: str  # of Xen
    revision: str
    architecture: str
    maintainer: str
    fingerprint: str

    @property
    def name(self) -> str:
        """The version is part of the name, so that packages of several releases can be installed together."""
        return f"xlops-xen-{self.version}".lower().replace("_", "-").replace("+", "-")

    @property
    def file(self) -> str:
        return f"{self.name}_{self.version}-{self.revision}_{self.architecture}"


def tar(root: str, target: str, epoch: int) -> None:
    """An archive with nothing in it but names, rights and content."""
    with open(target, "wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=epoch) as packed:
        archive = tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT)  # noqa: SIM115 - closed below
        for path in sorted(entries(root)):
            _add(archive, os.path.join(root, path), f"./{path}", epoch)
        archive.close()


def _add(archive: tarfile.TarFile, source: str, name: str, epoch: int) -> None:
    member = archive.gettarinfo(source, name)
    # Files of equal content may be one file here, and are not in another build.
    if member.islnk():
        member.type, member.size = tarfile.REGTYPE, os.lstat(source).st_size
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mtime = epoch
    if member.isreg():
        with open(source, "rb") as content:
            archive.addfile(member, content)
    else:
        archive.addfile(member)


def debian(shop: Workshop, root: str, target: str, label: Label, sysconfdir: str) -> None:
    """Have dpkg-deb of the build's own system make the package. ``root`` and ``target`` are names below the work."""
    tree = shop.outside(root)
    control = os.path.join(tree, "DEBIAN")
    remove(control)
    files = sorted(path for path in entries(tree) if _regular(os.path.join(tree, path)))
    os.makedirs(control)
    conffiles = [path for path in files if f"/{path}".startswith(f"{sysconfdir.rstrip('/')}/")]
    _write(os.path.join(control, "control"), _control(label, tree, files, _depends(shop, root, files)))
    _write(os.path.join(control, "md5sums"), "".join(f"{_md5(os.path.join(tree, one))}  {one}\n" for one in files))
    if conffiles:
        _write(os.path.join(control, "conffiles"), "".join(f"/{one}\n" for one in conffiles))
    for path in (control, *(os.path.join(control, name) for name in os.listdir(control)), tree):
        os.utime(path, (shop.epoch, shop.epoch))
    command = ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z6", "--build", shop.within(root), shop.within(target)]
    shop.run("package", command, directory=".", stand_ins=False)


def architecture(shop: Workshop) -> str:
    """What dpkg of the build's system calls it, else what the kernel does."""
    done = shop.confinement.ask(["dpkg", "--print-architecture"])
    return done.output.strip() if done.ok else os.uname().machine


def _control(label: Label, tree: str, files: Sequence[str], depends: str) -> str:
    size = sum((os.lstat(os.path.join(tree, path)).st_size + 1023) // 1024 for path in files)
    fields = {
        "Package": label.name,
        "Version": f"{label.version}-{label.revision}",
        "Architecture": label.architecture,
        "Maintainer": label.maintainer,
        "Installed-Size": str(size),
        "Depends": depends,
        "Section": "admin",
        "Priority": "optional",
        "Description": f"Xen {label.version}, hypervisor and toolstack, built from source\n"
        f" Built by xlops.xen; fingerprint of all that went into it: {label.fingerprint}.",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)


def _depends(shop: Workshop, root: str, files: Sequence[str]) -> str:
    """The packages of the shared libraries that the programs need, as the build's own system says.

    A host without them is told so by dpkg, instead of by programs that do not start.
    """
    programs = [path for path in files if _dynamic(os.path.join(shop.outside(root), path))]
    if not programs or not shop.confinement.ask(["dpkg-shlibdeps", "--version"]).ok:
        return ""
    os.makedirs(shop.outside("shlibs", "debian"), exist_ok=True)
    _write(shop.outside("shlibs", "debian", "control"), "Source: xen\n\nPackage: xen\nArchitecture: any\n")
    own = sorted({os.path.dirname(path) for path in programs if ".so" in os.path.basename(path)})
    command = [
        "dpkg-shlibdeps", "-O", "--ignore-missing-info", *(f"-l{shop.within(root, one)}" for one in own),
        *(f"-e{shop.within(root, one)}" for one in programs),
    ]  # fmt: skip
    done = shop.confinement.ask(command, shop.within("shlibs"))
    if not done.ok:
        reason = next((line for line in done.errors.splitlines() if "error" in line), done.errors[-300:])
        raise BuildError(f"the libraries that the programs need cannot be told: {reason.strip()}")
    found = (line[len("shlibs:Depends=") :] for line in done.output.splitlines() if line.startswith("shlibs:Depends="))
    return next(found, "")


def _dynamic(path: str) -> bool:
    """Whether it is a program or library that the loader reads; the hypervisor is none."""
    with open(path, "rb") as file:
        head = file.read(64)
        if head[:4] != ELF or len(head) < 64 or head[4] != 2:
            return False
        offset, size, count = (
            int.from_bytes(head[at : at + width], "little") for at, width in ((32, 8), (54, 2), (56, 2))
        )
        file.seek(offset)
        table = file.read(size * count)
    return any(int.from_bytes(table[at : at + 4], "little") == 2 for at in range(0, len(table), size or 1))


def _regular(path: str) -> bool:
    return stat.S_ISREG(os.lstat(path).st_mode)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o644)


def _md5(path: str) -> str:
    """What dpkg verifies installed files with; no protection."""
    digest = hashlib.md5(usedforsecurity=False)
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
