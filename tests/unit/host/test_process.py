# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs are run without a shell, without waiting for what they leave behind, and for a bounded time."""

from __future__ import annotations

import os
import sys
import time

from ansible_collections.xlops.xen.plugins.module_utils._host.process import run

LEAVES_A_DAEMON = """
import os, sys, time
print("done")
sys.stdout.flush()
if os.fork() == 0:
    time.sleep(60)
    os._exit(0)
"""


def python(code: str, limit: float = 30) -> object:
    return run([sys.executable, "-c", code], limit)


def test_output_errors_and_code_come_back() -> None:
    done = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert (done.output, done.errors, done.code, done.ok) == ("out\n", "err\n", 3, False)


def test_a_daemon_that_keeps_the_output_open_is_not_waited_for() -> None:
    started = time.monotonic()
    assert python(LEAVES_A_DAEMON).output == "done\n"
    assert time.monotonic() - started < 30


def test_a_program_that_takes_too_long_is_killed_alone() -> None:
    done = python("import time; print('begun', flush=True); time.sleep(60)", limit=5)
    assert (done.code, done.ok, done.output) == (None, False, "begun\n")


def test_words_are_never_read_by_a_shell() -> None:
    word = "$(id) `id` ; id"
    assert run([sys.executable, "-c", "import sys; print(sys.argv[1])", word], 30).output == word + "\n"


def test_a_program_has_a_session_of_its_own_and_nothing_to_read() -> None:
    done = python("import os, sys; print(os.getsid(0) == os.getpid(), repr(sys.stdin.read()), os.environ['LC_ALL'])")
    assert done.output == "True '' C\n"


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert python("import os; os.write(1, b'a\\xffb')").output == "a\ufffdb"


def test_no_descriptor_is_inherited(tmp_path: object) -> None:
    descriptor = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(descriptor, True)
    done = python(f"import os; os.fstat({descriptor})")
    os.close(descriptor)
    assert "Bad file descriptor" in done.errors
