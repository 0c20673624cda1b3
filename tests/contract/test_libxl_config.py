# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of a running guest: read, and compared with another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.xlops.xen.tests.contract.running_config import (
    MORE_MEMORY,
    described,
    everything,
    keep,
)


def test_a_running_guest_is_read(any_bench: Any) -> None:
    bench = any_bench
    disk = [{"vdev": "xvda", "target": f"{bench.root}/images/disk.img"}]
    bench.domains(bench.guest(vif=[{"bridge": "xenbr0"}], disk=disk))
    before = everything(bench)
    bench.calls()
    result = keep(bench)
    assert (everything(bench), bench.acts()) == (before, [])
    assert (result["changed"], result["staged"], result["next_boot"]) == (False, False, [])
    assert (result["live_changes"], result["unsaid"]) == ([], [])
    assert result["config"]["c_info"]["uuid"] == result["stored"]["c_info"]["uuid"] == result["uuid"]
    assert result["guest"]["disk"] == disk
    assert keep(bench, "compared", guest=result["guest"])["differences"] == []


def test_what_was_done_to_the_guest_since_it_was_made_is_shown(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.change("web1", memory=32)
    assert keep(bench)["live_changes"] == [{"key": "memory", "before": 64, "after": 32, "impact": "live"}]


def test_what_the_next_boot_changes_is_shown(bench: Any) -> None:
    bench.domains(bench.guest())
    bench.domains(bench.guest(memory=128))
    result = keep(bench)
    assert (result["staged"], result["next_boot"]) == (True, MORE_MEMORY)


def test_what_is_staged_and_cannot_be_read_is_said(bench: Any) -> None:
    bench.domains(bench.guest())
    domain = bench.domain("web1")
    Path(bench.place.staged_path(domain["domid"], domain)).write_text("name = (")
    Path(bench.place.stored_path(domain["domid"], domain)).write_text("{")
    result = keep(bench)
    assert (result["staged"], result["next_boot"], result["stored"], result["live_changes"]) == (True, None, None, None)
    assert "staged for its next boot cannot be read" in str(result["warnings"])
    assert "stored of it cannot be read" in str(result["warnings"])


def test_a_comparison_changes_nothing(any_bench: Any) -> None:
    bench = any_bench
    bench.domains(bench.guest())
    before = everything(bench)
    bench.calls()
    result = keep(bench, "compared", guest=described(bench, memory=128))
    assert (result["changed"], result["differences"]) == (False, MORE_MEMORY)
    assert (everything(bench), bench.acts()) == (before, [])


def test_text_of_foreign_origin_is_made_harmless(bench: Any) -> None:
    bench.domains(bench.guest())
    config = bench.domain("web1")["config"]
    config["b_info"]["cmdline"] = "a\x1b[31mred\x07" + "x" * 50_000
    bench.change("web1", config=config)
    result = keep(bench)
    assert "\x1b" not in str(result)
    assert result["config"]["b_info"]["cmdline"].startswith("a?[31mred?")
    assert len(result["config"]["b_info"]["cmdline"]) < 20_000
