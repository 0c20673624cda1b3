#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what is known of Xen's releases from the history of Xen itself: two tables of plugins/module_utils/_schema.

python3 tests/tools/xen_history.py XEN [seabios=REPOSITORY mini-os=REPOSITORY qemu-xen=REPOSITORY]

Each is a clone on this machine, with tags and stable branches. Of a tag of a repository that is not given, the commit
that the table had before stays; one that was never known is left out, and its user has to say it.
"""

from __future__ import annotations

import datetime
import pathlib
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Mapping

from ansible_collections.xlops.xen.plugins.module_utils._schema import xen_releases_table as before

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "plugins/module_utils/_schema"
HEAD = '''# SPDX-License-Identifier: GPL-3.0-or-later
"""{}.

Written by tests/tools/xen_history.py.
"""

from __future__ import annotations
'''

OLDEST = (4, 5, 0)
# Component -> what Config.mk, or the Makefile that fetches it, calls its revision.
REVISIONS = {
    "qemu-xen": ("Config.mk", r"QEMU_UPSTREAM_REVISION \?= (\S+)"),
    "qemu-xen-traditional": ("Config.mk", r"QEMU_TRADITIONAL_REVISION \?= (\S+)"),
    "seabios": ("Config.mk", r"SEABIOS_UPSTREAM_REVISION \?= (\S+)"),
    "ovmf": ("Config.mk", r"OVMF_UPSTREAM_REVISION \?= (\S+)"),
    "mini-os": ("Config.mk", r"MINIOS_UPSTREAM_REVISION \?= (\S+)"),
    "ipxe": ("tools/firmware/etherboot/Makefile", r"IPXE_GIT_TAG := (\S+)"),
}
COMMIT = re.compile(r"[0-9a-f]{40}")
# OpenPGP's numbers, RFC 9580, section 9.5.
DIGESTS = {2: "sha1", 8: "sha256", 10: "sha512"}
# Upstream states it from 4.10 on; before, 18 months of support and three years of security support were the rule.
SUPPORT = re.compile(r"^ *(Initial-Release|Supported-Until|Security-Support-Until): (\S+)$", re.MULTILINE)
RULE = {"Supported-Until": 18, "Security-Support-Until": 36}
# The sentence by which a commit says that it fixes, or helps to fix; not what merely mentions one.
FIXES = re.compile(r"^This (?:patch )?(?:is )?(?:an? )?(?:part of )?(?:CVE|XSA).*$|\(XSA-\d+[^)]*\)$", re.MULTILINE)
XSA = re.compile(r"XSA-?(\d+)")


class Repository:
    def __init__(self, path: str) -> None:
        self.path = path

    def git(self, *arguments: str, ok: tuple[int, ...] = (0,)) -> str:
        done = subprocess.run(["git", "-C", self.path, *arguments], capture_output=True, check=False)
        if done.returncode not in ok:
            sys.exit(f"git {' '.join(arguments)}: {done.stderr.decode()}")
        return done.stdout.decode(errors="replace")

    def commit(self, revision: str) -> str:
        return self.git("rev-parse", "--quiet", "--verify", f"{revision}^{{commit}}", ok=(0, 1, 128)).strip()

    def text(self, revision: str, path: str) -> str:
        return self.git("show", f"{revision}:{path}", ok=(0, 128))

    def commits(self, *range_: str) -> list[str]:
        return self.git("rev-list", *range_).split()


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def minor(version: str) -> str:
    return version.rsplit(".", 1)[0]


def versions(xen: Repository) -> list[str]:
    """Every release from the oldest on, in order."""
    tags = [tag[len("RELEASE-") :] for tag in xen.git("tag", "--list", "RELEASE-*").split()]
    return sorted((version for version in tags if numbers(version) >= OLDEST), key=numbers)


def digest(xen: Repository, tag: str) -> str:
    """The digest of a tag's signature, which stands in the clear."""
    signature = xen.git("cat-file", "tag", tag).partition("-----BEGIN")
    packets = subprocess.run(
        ["gpg", "--list-packets"], input="".join(signature[1:]), text=True, capture_output=True, check=False
    ).stdout
    found = re.search(r"digest algo (\d+)", packets)
    return DIGESTS[int(found.group(1))] if found else ""


def months_later(day: str, count: int) -> str:
    date = datetime.date.fromisoformat(day)
    month = date.month - 1 + count
    return date.replace(year=date.year + month // 12, month=month % 12 + 1).isoformat()


def support(xen: Repository, branch: str, released: str) -> tuple[str, str]:
    stated = dict(SUPPORT.findall(xen.text(f"stable-{branch}", "SUPPORT.md")))
    full, security = (stated.get(key) or months_later(released, count) for key, count in RULE.items())
    return full, security


def changes(values: Mapping[str, str]) -> dict[str, str]:
    """Of a value for each release in order, those where it changes."""
    previous, changed = "", {}
    for version, value in values.items():
        if value != previous:
            changed[version] = previous = value
    return changed


def releases_table(xen: Repository, others: Mapping[str, Repository]) -> str:
    known = versions(xen)
    rows, supported = {}, {}
    for version in known:
        tag = f"RELEASE-{version}"
        day = xen.git("for-each-ref", "--format=%(taggerdate:format:%Y-%m-%d)", f"refs/tags/{tag}").strip()
        rows[version] = (xen.commit(tag), day, digest(xen, tag))
        supported.setdefault(minor(version), support(xen, minor(version), day))
    revisions = {name: changes(revision_by_version(xen, known, *where)) for name, where in REVISIONS.items()}
    commits = dict(before.SUBSOURCE_COMMITS)
    for name, repository in others.items():
        for revision in {revision_of(revisions[name], version) for version in known}:
            commit = repository.commit(revision) if revision and not COMMIT.fullmatch(revision) else ""
            if commit:
                commits[f"{name} {revision}"] = commit
    return "\n".join([
        HEAD.format("Xen's releases: tags, commits, support, and the sub-sources that each of them asks for"),
        "# Version -> commit of RELEASE-version, day of the tag, digest of its signature.",
        table("TAGS", "dict[str, tuple[str, str, str]]", rows),
        "# Minor release -> the last day of support, and of security support.",
        table("SUPPORT", "dict[str, tuple[str, str]]", supported),
        "# Sub-source -> since which version it is which revision; {} is the version, nothing: there is none any more.",
        *("SUBSOURCE_REVISIONS: dict[str, dict[str, str]] = {",),
        *(textwrap.indent(f'"{name}": {{\n{rows_of(since)}}},', "    ") for name, since in revisions.items()),
        "}",
        "# Sub-source and revision, where that is a tag -> its commit.",
        table("SUBSOURCE_COMMITS", "dict[str, str]", dict(sorted(commits.items()))),
    ])  # fmt: skip


def revision_by_version(xen: Repository, known: Iterable[str], path: str, pattern: str) -> dict[str, str]:
    found = {version: re.findall(pattern, xen.text(f"RELEASE-{version}", path)) for version in known}
    # The last one is the default; the one before takes the value of a variable of another name.
    revisions = {version: next((one for one in reversed(of) if "$" not in one), "") for version, of in found.items()}
    return {version: revision.replace(version, "{}") for version, revision in revisions.items()}


def revision_of(since: Mapping[str, str], version: str) -> str:
    started = [one for one in since if numbers(one) <= numbers(version)]
    return since[started[-1]].format(version) if started else ""


def rows_of(values: Mapping[str, object]) -> str:
    return "".join(f"    {literal(key)}: {literal(value)},\n" for key, value in values.items())


def literal(value: object) -> str:
    return repr(value).replace("'", '"')


def table(name: str, kind: str, values: Mapping[str, object]) -> str:
    return f"{name}: {kind} = {{\n{rows_of(values)}}}"


def xsa_table(xen: Repository) -> str:
    fixes = fixing_commits(xen)
    known = versions(xen)
    rows: dict[str, set[int]] = {}
    for version, newer in zip(known, [*known[1:], ""]):
        first = version == f"{minor(version)}.0"
        before_it = previous_minor(version, known) if first else known[known.index(version) - 1]
        rows[version] = fixed(
            fixes, xen.commits(f"RELEASE-{version}", *([f"^RELEASE-{before_it}"] if before_it else []))
        )
        if minor(newer or "-") != minor(version):
            branch = minor(version)
            rows[branch] = fixed(fixes, xen.commits(f"stable-{branch}", f"^RELEASE-{version}"))
    for number, version in enumerate(rows):  # what a later row of the branch completes was not complete before
        if not version.endswith(".0"):
            rows[version] -= set().union(*(rows[row] for row in list(rows)[number + 1 :] if of(row) == of(version)))
    newest = max(xen.git("log", "-1", "--format=%cs", f"stable-{branch}").strip() for branch in map(minor, known))
    body = "".join(f'    "{version}": {wrapped(found)},\n' for version, found in rows.items() if found)
    return "\n".join([
        HEAD.format("Which security advisories (XSA) the commits of Xen's releases and stable branches say they fix"),
        "# The day of the newest commit that was read: an advisory of a later day is not here.",
        f'AS_OF = "{newest}"',
        "# A first release (4.5.0): since the first release before. Another (4.5.1): since the one before it.",
        "# A branch (4.5): since its last release. What took several commits stands where the last one of them is.",
        "FIXED: dict[str, str] = {\n" + body + "}",
    ])  # fmt: skip


def of(row: str) -> str:
    """The branch that a row of the table belongs to."""
    return ".".join(row.split(".")[:2])


def previous_minor(version: str, known: list[str]) -> str:
    earlier = [one for one in known if one.endswith(".0") and one.count(".") == 2 and numbers(one) < numbers(version)]
    return earlier[-1] if earlier else ""


def fixing_commits(xen: Repository) -> dict[str, set[int]]:
    log = xen.git("log", "--all", "-E", "--grep=XSA-?[0-9]", "--format=%H%x00%B%x01")
    found = {}
    for entry in filter(None, (one.strip() for one in log.split("\x01"))):
        commit, _, message = entry.partition("\0")
        said = {int(number) for line in FIXES.findall(message) for number in XSA.findall(line)}
        if said:
            found[commit] = said
    return found


def fixed(fixes: Mapping[str, set[int]], commits: Iterable[str]) -> set[int]:
    return set().union(*(fixes.get(commit, set()) for commit in commits))


def wrapped(found: Iterable[int]) -> str:
    lines = [f'"{line} "' for line in textwrap.wrap(" ".join(map(str, sorted(found))), 100)]
    lines[-1] = lines[-1].replace(' "', '"')
    return "(\n" + "\n".join(lines) + "\n)" if len(lines) > 1 else lines[0]


def main(xen: str, *others: str) -> None:
    repository = Repository(xen)
    named = dict(other.split("=", 1) for other in others)
    write("xen_releases_table.py", releases_table(repository, {name: Repository(path) for name, path in named.items()}))
    write("xsa_table.py", xsa_table(repository))


def write(name: str, text: str) -> None:
    path = SCHEMA / name
    path.write_text(text + "\n")
    subprocess.run(["ruff", "format", "--quiet", path], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
