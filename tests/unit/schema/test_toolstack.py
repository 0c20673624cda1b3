# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of units and settings, against recorded hosts and what else is said of them."""

from __future__ import annotations

import pathlib
import re
import runpy

import yaml
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import XlConf
from ansible_collections.xlops.xen.plugins.module_utils._host.units_module import units_spec
from ansible_collections.xlops.xen.plugins.module_utils._release.units import OPTIONAL
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_settings import SETTINGS
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import DEBIAN, SCRIPTS, UNITS, units_of
from ansible_collections.xlops.xen.plugins.modules import xen_units

ROOT = pathlib.Path(__file__).resolve().parents[3]
DATA = ROOT / "tests/unit/data"
XL_CONF = {row.key: row for row in SETTINGS["xl_conf"]}


def recorded(path: str) -> set[str]:
    """The units that systemd listed on a real host."""
    return set(re.findall(r"^  (\S+\.(?:service|mount|socket)) ", (DATA / path).read_text(), re.MULTILINE))


def test_a_host_with_4_5_0_had_the_units_of_its_release() -> None:
    assert recorded("4.5.0/systemctl-units.txt") == set(units_of(Release(4, 5)))


def test_a_host_with_debians_packages_had_the_units_of_its_scripts() -> None:
    assert recorded("4.17/systemctl.txt") == {"proc-xen.mount", *(script.unit for script in SCRIPTS[DEBIAN])}


def test_what_is_for_the_administrator_to_choose_is_the_same_for_built_releases() -> None:
    assert {name for name, row in UNITS.items() if not row.needed} == OPTIONAL


def test_xl_conf_is_as_its_reader_has_it() -> None:
    assert XlConf().autoballoon == XL_CONF["autoballoon"].default
    assert XlConf().claim_mode == (XL_CONF["claim_mode"].default == "1")
    reader = (ROOT / "plugins/module_utils/_config/xl_conf.py").read_text()
    read = set(re.findall(r'(?:numbers|texts)(?:\.get\(|\[)"([\w.]+)"', reader))
    assert read and read <= set(XL_CONF)


def test_the_page_has_the_tables_as_they_are() -> None:
    tool = runpy.run_path(str(ROOT / "tests/tools/toolstack_doc.py"))
    page = (ROOT / "docs/units.md").read_text()
    assert page == tool["renewed"](page), "run tests/tools/toolstack_doc.py"
    assert "| `XENCONSOLED_TRACE` |" in page


def test_the_documentation_has_the_options_of_the_module() -> None:
    documented = yaml.safe_load(xen_units.DOCUMENTATION)["options"]
    spec = units_spec()
    assert set(documented) | {"executable", "lock_timeout"} == set(spec)
    for name, option in documented.items():
        assert {key: option.get(key) for key in ("type", "default")} == {
            key: spec[name].get(key) for key in ("type", "default")
        }, name
    given = spec["units"]["options"]
    assert set(documented["units"]["suboptions"]) == set(given)
    assert set(documented["units"]["suboptions"]["state"]["choices"]) == set(given["state"]["choices"])
