# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import XlConf
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_conf import read_xl_conf


def test_an_empty_file_has_xls_defaults() -> None:
    assert read_xl_conf("# nothing\n") == XlConf()


def test_settings_are_read_under_their_old_and_new_names() -> None:
    text = (
        'autoballoon=0\nclaim_mode=0\nrun_hotplug_scripts=0\nvifscript="old"\nvif.default.script="new"\n'
        'defaultbridge="br7"\nvif.default.backend="net"\nmax_grant_frames=64\nvm.cpumask="0-3"\nbootloader_restrict=1\n'
    )
    assert read_xl_conf(text) == XlConf(
        run_hotplug_scripts=False,
        claim_mode=False,
        autoballoon="off",
        vif_script="new",
        vif_bridge="br7",
        vif_backend="net",
        max_grant_frames=64,
        cpumask="0-3",
        bootloader_restrict=True,
    )


def test_what_xl_cannot_use_keeps_the_default() -> None:
    assert read_xl_conf('autoballoon="maybe"\nclaim_mode="x"\nvif.default.bridge=["a"]\n') == XlConf()


def test_bad_syntax_is_an_error_with_a_position() -> None:
    with pytest.raises(ConfigError, match=r"/etc/xen/xl\.conf:1:3"):
        read_xl_conf("a=-1\n")
