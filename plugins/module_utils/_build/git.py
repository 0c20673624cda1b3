# SPDX-License-Identifier: GPL-3.0-or-later
"""Repositories: fetched bare into the cache, judged there, and handed on as an archive of one commit.

No work tree is ever made by git, so nothing of a repository (hooks, filters, submodules) is run or followed.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import quote

from ansible_collections.xlops.xen.plugins.module_utils._build import command, verify
from ansible_collections.xlops.xen.plugins.module_utils._build.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._build.declaration import GitOrigin, without_password
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import NotFetched, NotVerified
from ansible_collections.xlops.xen.plugins.module_utils._build.unprivileged import Say

PROTOCOLS = "file:git:http:https:ssh"

# All of git's configuration: none of the user's, of the host's or of a repository's is read.
CONFIGURATION = """\
[core]
\thooksPath = /dev/null
\tfsmonitor = false
\tautocrlf = false
\tattributesFile = /dev/null
[transfer]
\tfsckObjects = true
[fetch]
\trecurseSubmodules = false
[submodule]
\trecurse = false
[gc]
\tauto = 0
[http]
\tsslVerify = true
\tfollowRedirects = initial
\tlowSpeedLimit = 1000
\tlowSpeedTime = 60
[tar]
\tumask = 0022
[safe]
\tdirectory = *
"""
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": PROTOCOLS,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "/bin/false",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oStrictHostKeyChecking=yes",
}

SIGNATURE = b"\n-----BEGIN PGP SIGNATURE-----\n"
HEADER = re.compile(rb"object [0-9a-f]{40,64}\ntype [a-z]+\ntag ([^\n]+)\n")
INTERVAL = 5.0

# git's words when it is of no use to ask for more.
NO_SUCH_REF = re.compile(r"Remote branch .* not found|couldn't find remote ref")
NO_REPOSITORY = re.compile(
    r"unable to access|Could not read from remote repository|does not (exist|appear to be a git repository)|"
    r"unable to connect|repository .* not found"
)


@dataclass(frozen=True)
class Found:
    """A commit in a repository of the cache, and the signature of the tag that led to it."""

    directory: str
    commit: str
    signature: verify.Signature | None


class Git:
    """git with a configuration of its own, in ``scratch``, where other things may be put for a moment, too."""

    def __init__(self, scratch: str) -> None:
        self.scratch = scratch
        self._home = os.path.join(scratch, "home")
        os.mkdir(self._home)
        with open(os.path.join(self._home, ".gitconfig"), "w", encoding="utf-8") as file:
            file.write(CONFIGURATION)

    def run(
        self, *arguments: str, cwd: str = "/", stdout: IO[bytes] | None = None, say: Say | None = None
    ) -> command.Done:
        env = {
            **ENVIRONMENT,
            # Where git is older than GIT_CONFIG_GLOBAL, HOME says the same.
            "HOME": self._home,
            "XDG_CONFIG_HOME": self._home,
            "GIT_CONFIG_GLOBAL": os.path.join(self._home, ".gitconfig"),
            # It must not take a directory above for its repository.
            "GIT_CEILING_DIRECTORIES": os.path.dirname(os.path.realpath(cwd)),
        }
        return command.run(["git", *arguments], cwd=cwd, env=env, stdout=stdout, on_line=_paced(say) if say else None)


def _paced(say: Say) -> Say:
    """Of git's many lines of progress, one from time to time."""
    told = time.monotonic()

    def hear(line: str) -> None:
        nonlocal told
        if "%" in line and time.monotonic() - told > INTERVAL:
            told = time.monotonic()
            say(line.strip())

    return hear


@contextmanager
def git(scratch: str | None = None) -> Iterator[Git]:
    """git, for as long as the block runs. What a killed run leaves in ``scratch`` is for its owner to remove."""
    with tempfile.TemporaryDirectory(prefix="git-", dir=scratch) as directory:
        yield Git(directory)


def find(run: Git, origin: GitOrigin, cache: Cache, say: Say) -> Found:
    """The commit that is declared, fetched if the cache has not got it, and verified."""
    key = [origin.url, origin.ref or origin.commit]
    entry = cache.entry("git", key)
    if os.path.isdir(entry):
        # One that is damaged, or whose tag was moved since, is fetched once more before it is complained about.
        try:
            return _judged(run, entry, origin)
        except (NotFetched, NotVerified) as error:
            say(f"What was fetched before cannot be used: {error}")
    with cache.new(entry) as fresh:
        _fetch(run, origin, fresh, say)
        _judged(run, fresh, origin)
    return _judged(run, entry, origin)


def export(run: Git, found: Found, target: IO[bytes], prefix: str = "") -> None:
    """Write the tree of the commit as a tar archive, all its files of the time of the commit."""
    inside = [f"--prefix={prefix}/"] if prefix else []
    done = run.run("--git-dir", found.directory, "archive", "--format=tar", *inside, found.commit, stdout=target)
    if not done.ok:
        raise NotFetched(done.complaint, f"commit {found.commit}", "remove the cache, and run this again")


def commit_time(run: Git, found: Found) -> int:
    done = run.run("--git-dir", found.directory, "show", "--no-patch", "--format=%ct", found.commit)
    return int(done.output)


def _fetch(run: Git, origin: GitOrigin, into: str, say: Say) -> None:
    url = f"file://{quote(origin.url)}" if origin.url.startswith("/") else origin.url
    shown = without_password(origin.url)
    what = origin.ref or origin.commit
    say(f"Fetching {what} from {shown}")
    shallow = _shallow(run, origin, url, into, say)
    if shallow.ok:
        return
    if NO_SUCH_REF.search(shallow.errors):
        raise NotFetched(f"there is no {what}", shown, "look at its name, and whether the mirror is complete")
    _refuse_if(NO_REPOSITORY.search(shallow.errors), shallow, shown)
    # A server that gives no part of a history, or a git that cannot ask for one.
    say(f"{shown} gives no single revision ({shallow.complaint}): fetching all of it")
    _empty(into)
    whole = run.run("clone", "--bare", "--template=", "--progress", "--", url, into, say=say)
    _refuse_if(not whole.ok, whole, shown)


def _refuse_if(useless: object, done: command.Done, shown: str) -> None:
    if useless:
        raise NotFetched(done.complaint, shown, "look at the URL, the network and the proxy, or name a mirror")


def _shallow(run: Git, origin: GitOrigin, url: str, into: str, say: Say) -> command.Done:
    if origin.ref:
        single = ("--depth=1", "--single-branch", "--branch", origin.ref)
        return run.run("clone", "--bare", "--template=", "--progress", *single, "--", url, into, say=say)
    made = run.run("init", "--quiet", "--bare", "--template=", "--", into)
    if not made.ok:
        return made
    return run.run("fetch", "--depth=1", "--progress", "--no-tags", "--", url, origin.commit, cwd=into, say=say)


def _empty(directory: str) -> None:
    Cache.clear(directory)
    os.mkdir(directory)


def _judged(run: Git, directory: str, origin: GitOrigin) -> Found:
    shown = f"{origin.ref or origin.commit} of {without_password(origin.url)}"
    start = _resolve(run, directory, f"refs/tags/{origin.ref}") if origin.ref else ""
    tag = bool(start)
    start = start or _resolve(
        run, directory, f"refs/heads/{origin.ref}" if origin.ref else f"{origin.commit}^{{commit}}"
    )
    if not start:
        raise NotFetched("it is not there", shown, "look at its name, and whether the mirror is complete")
    commit = _resolve(run, directory, f"{start}^{{commit}}")
    if origin.commit and commit != origin.commit:
        known = "it was released as" if origin.pinned_by == "release" else "pinned is"
        raise NotVerified(
            f"it leads to commit {commit or 'none'}, and {known} {origin.commit}",
            shown,
            "the tag was moved, or this is another repository: do not build it before you know why"
            if tag
            else "the branch has moved on: leave ref out, the commit is enough",
        )
    signature = _signature(run, directory, start, origin, shown) if origin.keys and tag else None
    if origin.keys and signature is None:
        raise NotVerified("it is no tag, and only a tag is signed", shown, "name a tag, or leave the keys out")
    return Found(directory, commit, signature)


def _signature(run: Git, directory: str, tag: str, origin: GitOrigin, shown: str) -> verify.Signature:
    """The signature of a tag object. What the tag leads to, it names by hashes: of a commit, or of a tag of that.

    RELEASE-4.5.0 is a tag of a tag, of which the first one is signed.
    """
    content = run.run("--git-dir", directory, "cat-file", "tag", tag).output
    if run.run("--git-dir", directory, "cat-file", "-t", tag).output.strip() != b"tag":
        raise NotVerified("it is a tag without a tag object, so nobody signed it", shown, "pin its commit")
    header = HEADER.match(content)
    name = header.group(1).decode("utf-8", "replace") if header else ""
    if name != origin.ref:  # a signed tag of another release under this name would be signed as well as this one
        raise NotVerified(f"the tag object says of itself that it is {name!r}", shown, "do not use this mirror")
    return _verified(content, origin, shown, run.scratch)


def _verified(content: bytes, origin: GitOrigin, shown: str, scratch: str) -> verify.Signature:
    end = content.rfind(SIGNATURE)
    if end < 0:
        raise NotVerified("its tag carries no OpenPGP signature", shown, "pin its commit, and leave the keys out")
    with tempfile.TemporaryDirectory(prefix="tag-", dir=scratch) as directory:
        paths = {}
        for name, part in (("tag", content[: end + 1]), ("signature", content[end + 1 :])):
            paths[name] = os.path.join(directory, name)
            with open(paths[name], "wb") as file:
                file.write(part)
        return verify.verify(paths["tag"], paths["signature"], origin.keys, shown, scratch, weak=origin.weak)


def _resolve(run: Git, directory: str, revision: str) -> str:
    done = run.run("--git-dir", directory, "rev-parse", "--quiet", "--verify", revision)
    found = done.output.decode().strip()
    return found if done.ok and re.fullmatch(r"[0-9a-f]{40,64}", found) else ""
