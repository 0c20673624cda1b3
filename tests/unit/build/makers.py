# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What upstream does: keys, signed tags, tarballs with signatures, patches. With real programs."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

MAKEFILE = """\
# -*- mode: Makefile; -*-
export XEN_VERSION       = 4
export XEN_SUBVERSION    = {minor}
export XEN_EXTRAVERSION ?= .{patch}$(XEN_VENDORVERSION)
export XEN_FULLVERSION   = $(XEN_VERSION).$(XEN_SUBVERSION)$(XEN_EXTRAVERSION)
"""
LINES = "".join(f"line {number}\n" for number in range(1, 41))
# Each part of the tree that matters to somebody: a program, a link, a file to patch.
FILES = {"xen/common/memory.c": LINES, "tools/xl/xl.c": LINES, "README": "Xen\n"}

# A name of a key -> how old it is, and what becomes of it.
KEYS = {"upstream": (), "stranger": (), "expired": ("--faked-system-time", "20200101T000000")}


class Say(list[str]):
    """What was said."""

    def __call__(self, text: str) -> None:
        self.append(text)


class Ring:
    """Keys with their secret halves."""

    def __init__(self) -> None:
        self._home = tempfile.mkdtemp(prefix="xk-")
        self.fingerprints: dict[str, str] = {}

    def __enter__(self) -> Ring:
        for name, more in KEYS.items():
            expires = "1d" if name == "expired" else "never"
            self.gpg(*more, "--quick-gen-key", f"{name}@example.org", "ed25519", "sign", expires)
            listed = self.gpg(*more, "--with-colons", "--list-keys", f"{name}@example.org").decode()
            self.fingerprints[name] = re.findall(r"^fpr:+([0-9A-F]{40}):", listed, re.MULTILINE)[0]
        return self

    def __exit__(self, *reason: object) -> None:
        subprocess.run(["gpgconf", "--homedir", self._home, "--kill", "all"], check=False)
        shutil.rmtree(self._home, ignore_errors=True)

    def gpg(self, *arguments: str, stdin: bytes = b"") -> bytes:
        command = ["gpg", "--homedir", self._home, "--batch", "--no-tty", "--quiet", "--passphrase", ""]
        done = subprocess.run(
            [*command, "--pinentry-mode", "loopback", *arguments], input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def key(self, name: str) -> dict[str, str]:
        """The public half, as a user declares it."""
        return {"fingerprint": self.fingerprints[name], "text": self.public(name)}

    def public(self, name: str) -> str:
        return self.gpg("--armor", "--export", self.fingerprints[name]).decode()

    def signature(self, content: bytes, name: str = "upstream", digest: str = "SHA256") -> bytes:
        old = KEYS[name]
        options = [*old, "--digest-algo", digest, "--allow-weak-digest-algos", "--local-user", self.fingerprints[name]]
        return self.gpg(*options, "--armor", "--detach-sign", stdin=content)


def write_tree(root: Path, version: str = "4.20.0", **more: str) -> Path:
    _major, minor, patch = version.split(".")  # of which the last may be "5-pre"
    for name, text in {**FILES, **more, "xen/Makefile": MAKEFILE.format(minor=minor, patch=patch)}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "configure").write_text("#!/bin/sh\n")
    (root / "configure").chmod(0o755)
    (root / "xen/link").symlink_to("common/memory.c")
    return root


class Repository:
    """A repository as upstream's, with as much of git's own work as possible done by git."""

    def __init__(self, path: Path, ring: Ring) -> None:
        self.path = path
        self.ring = ring
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch=master")
        write_tree(path)
        self.commit = self.commit_all("Xen 4.20.0")

    @property
    def url(self) -> str:
        return str(self.path)

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgSign=false"]
        env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
        day = {"GIT_COMMITTER_DATE": "2025-03-04T12:00:00Z", "GIT_AUTHOR_DATE": "2025-03-04T12:00:00Z"}
        done = subprocess.run(
            ["git", *who, *arguments], cwd=self.path, env={**env, **day}, input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def commit_all(self, message: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def change(self, name: str, text: str, message: str = "A change") -> str:
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text)
        return self.commit_all(message)

    def tag(
        self, ref: str, *, of: str = "", named: str = "", signer: str = "upstream", digest: str = "SHA256",
        kind: str = "commit", signed: bytes | None = None,
    ) -> str:  # fmt: skip
        """A tag object at ``refs/tags/ref``; what it says its name is can be another, and what was signed, too."""
        payload = (
            f"object {of or self.commit}\ntype {kind}\ntag {named or ref}\n"
            "tagger Somebody <somebody@example.org> 1741108641 +0000\n\nXen\n"
        ).encode()
        signature = self.ring.signature(payload if signed is None else signed, signer, digest) if signer else b""
        made = self.git("hash-object", "-t", "tag", "-w", "--stdin", stdin=payload + signature)
        self.git("update-ref", f"refs/tags/{ref}", made)
        return made


class Release:
    """``mirror/4.20.0/xen-4.20.0.tar.gz`` and what is beside it."""

    def __init__(self, mirror: Path, ring: Ring, version: str = "4.20.0") -> None:
        self.mirror = mirror
        self.ring = ring
        self.version = version
        self.path = mirror / version / f"xen-{version}.tar.gz"
        self.path.parent.mkdir(parents=True)
        tree = write_tree(mirror / f"xen-{version}", version)
        with tarfile.open(self.path, "w:gz") as archive:
            archive.add(tree, tree.name)
        shutil.rmtree(tree)
        self.sign()

    def sign(self, signer: str = "upstream", digest: str = "SHA256") -> None:
        self.path.with_name(f"{self.path.name}.sig").write_bytes(
            self.ring.signature(self.path.read_bytes(), signer, digest)
        )

    @property
    def sha256(self) -> str:
        return sha256(self.path)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def patch(directory: Path, name: str, before: str, after: str, *, file: str = "xen/common/memory.c") -> dict[str, Any]:
    """A patch that makes the one text of the other, declared as a user would."""
    directory.mkdir(exist_ok=True)
    for side, text in (("a", before), ("b", after)):
        (directory / side / file).parent.mkdir(parents=True, exist_ok=True)
        (directory / side / file).write_text(text)
    path = directory / name
    with path.open("wb") as output:
        subprocess.run(["diff", "-u", f"a/{file}", f"b/{file}"], cwd=directory, stdout=output, check=False)
    return declared_patch(path)


def declared_patch(path: Path, **more: Any) -> dict[str, Any]:
    return {"path": str(path), "sha256": sha256(path), "reason": "a test", **more}


class Distribution:
    """A mirror with one source package of a small Xen, as apt reads it: a signed InRelease, an index, the files."""

    def __init__(self, mirror: Path, ring: Ring, version: str = "4.20.0") -> None:
        self.mirror = mirror
        self._ring = ring
        self.keyring = mirror / "keyring.gpg"
        self.pool = mirror / "pool"
        self.pool.mkdir(parents=True)
        debian = {
            "debian/control": "Source: xen\nMaintainer: A <a@example.org>\n\nPackage: xen\nArchitecture: all\n"
            "Description: a test\n",
            "debian/changelog": f"xen ({version}) x; urgency=low\n\n  * A test.\n\n"
            " -- A <a@example.org>  Tue, 04 Mar 2025 12:00:00 +0000\n",
            "debian/source/format": "3.0 (native)\n",
        }
        write_tree(self.pool / f"xen-{version}", version, **debian)
        subprocess.run(["dpkg-source", "--build", f"xen-{version}"], cwd=self.pool, check=True, capture_output=True)
        shutil.rmtree(self.pool / f"xen-{version}")
        self.keyring.write_bytes(ring.gpg("--export", ring.fingerprints["upstream"]))
        self.index()

    @property
    def tarball(self) -> Path:
        (found,) = self.pool.glob("*.tar.*")
        return found

    def index(self, signer: str = "upstream") -> None:
        (description,) = self.pool.glob("*.dsc")
        fields = description.read_text().partition("\n-----BEGIN")[0].replace("Source: xen\n", "Package: xen\n")
        own = f" {sha256(description)} {description.stat().st_size} {description.name}\n"
        fields = fields.replace("Checksums-Sha256:\n", f"Directory: pool\nChecksums-Sha256:\n{own}")
        fields = re.sub(r"(Files|Checksums-Sha1):\n( .*\n)+", "", fields)
        sources = self.mirror / "dists/x/main/source/Sources"
        sources.parent.mkdir(parents=True, exist_ok=True)
        sources.write_text(fields.rstrip() + "\n\n")
        entry = f" {sha256(sources)} {sources.stat().st_size} main/source/Sources\n"
        told = f"Suite: x\nCodename: x\nDate: Tue, 04 Mar 2025 12:00:00 UTC\nComponents: main\nSHA256:\n{entry}"
        who = self._ring.fingerprints[signer]
        (self.mirror / "dists/x/InRelease").write_bytes(
            self._ring.gpg("--local-user", who, "--clear-sign", stdin=told.encode())
        )

    def declared(self, **more: str) -> dict[str, Any]:
        where = {"suite": "x", "mirror": f"file://{self.mirror}", "keyring": str(self.keyring)}
        return {"distribution": {**where, **more}}
