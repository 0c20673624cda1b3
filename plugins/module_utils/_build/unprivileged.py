# SPDX-License-Identifier: GPL-3.0-or-later
"""Work done as another user: in a child that has given up its rights, and whose result comes back as plain data."""

from __future__ import annotations

import ctypes
import json
import os
import pwd
import signal
import tempfile
import traceback
from collections.abc import Callable
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BadDeclaration, BuildError, from_dict

Say = Callable[[str], None]
# What is to be done, with the voice it has; what it returns goes through JSON.
Work = Callable[[Say], dict[str, Any]]

# From linux/prctl.h.
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38


def account(user: str) -> pwd.struct_passwd | None:
    """The account to become; None when that is what we are, or nobody was named."""
    if not user:
        return None
    try:
        found = pwd.getpwnam(user)
    except KeyError:
        raise BadDeclaration(f"there is no user {user!r} on this host", "user") from None
    if found.pw_uid == os.geteuid():
        return None
    if os.geteuid() != 0:
        raise BadDeclaration(
            f"only root can work as the user {user}", "user", "run this with become, or without a user"
        )
    return found


def work_as(user: str, work: Work, say: Say) -> dict[str, Any]:
    """Do the work as ``user``, or as ourselves when no other is named. A BuildError comes through as it was."""
    whom = account(user)
    if whom is None:
        return work(say)
    reading, writing = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_child(whom, work, writing, parent)
    os.close(writing)
    told: dict[str, Any] = {}
    try:
        with open(reading, encoding="utf-8") as lines:
            for line in lines:
                told = json.loads(line)
                if "say" in told:
                    say(str(told["say"]))
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        _pid, status = os.waitpid(child, 0)
    if "error" in told:
        raise from_dict(told["error"])
    if "result" not in told:
        raise BuildError(f"the work as the user {user} ended early (status {status})", remedy="run it again")
    result: dict[str, Any] = told["result"]
    return result


def _be_the_child(whom: pwd.struct_passwd, work: Work, writing: int, parent: int) -> None:
    """Never returns. Everything that was open for root is closed, but for the pipe and the standard files."""
    libc = ctypes.CDLL(None)
    with open(writing, "w", encoding="utf-8", buffering=1) as lines:

        def tell(key: str, value: Any) -> None:
            lines.write(json.dumps({key: value}) + "\n")

        try:
            os.closerange(3, writing)
            os.closerange(writing + 1, 1024)
            os.setgroups([])
            os.setresgid(whom.pw_gid, whom.pw_gid, whom.pw_gid)
            os.setresuid(whom.pw_uid, whom.pw_uid, whom.pw_uid)
            os.chdir("/")
            os.umask(0o022)
            tempfile.tempdir = None  # what root found may be closed to others
            # Only now: a change of user forgets it.
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)
            tell("result", work(lambda text: tell("say", text)))
        except BuildError as error:
            tell("error", error.as_dict())
        except BaseException:
            where = traceback.format_exc().strip().splitlines()
            tell("error", {"type": "BuildError", "what": " / ".join(where[-3:]), "where": whom.pw_name, "remedy": ""})
        finally:
            lines.flush()
            os._exit(0)
