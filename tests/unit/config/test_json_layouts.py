# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From Xen 4.21 on libxl writes JSON by json-c where it was built with that, not by yajl: both are read alike.

The layout is another one: two columns for a level, no blank after a colon, a backslash before each slash, and a line
break in what is empty, or none, by the release of json-c. No host with it was recorded, so what yajl wrote is laid out
anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import compare
from ansible_collections.xlops.xen.plugins.module_utils._config.from_libxl import from_libxl
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_config, read_domain_list
from ansible_collections.xlops.xen.plugins.module_utils._config.model import normalise
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA, stdout

XEN_4_17 = Release(4, 17)
LISTED = sorted(
    str(path.relative_to(DATA)) for path in DATA.glob("4.*/xl-list-l*.txt") if "--- stdout\n[" in path.read_text()
)


def json_c(value: Any, level: int = 0, empty: str = "\n") -> str:
    """A value as json_object_to_json_string_ext() writes it for JSON_C_TO_STRING_PRETTY and no other flag."""
    if not isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False).replace("/", r"\/")
    members = [f"{json_c(key)}:" for key in value] if isinstance(value, dict) else [""] * len(value)
    parts = value.values() if isinstance(value, dict) else value
    inner, outer = "\n" + "  " * (level + 1), "\n" + "  " * level
    body = ",".join(f"{inner}{name}{json_c(part, level + 1, empty)}" for name, part in zip(members, parts))
    end = outer if body or empty else ""
    return f"{{{body}{end}}}" if isinstance(value, dict) else f"[{body}{end}]"


def terse(value: Any) -> str:
    return json_c(value, empty="")


LAYOUTS = pytest.mark.parametrize("layout", [json_c, terse])
Layout = Callable[[Any], str]


def test_the_layout_is_that_of_json_c() -> None:
    value = [
        {"domid": 2, "config": {"a": {}, "k": "/root/x é \x01", "n": [0, 1], "x": None, "m": 2**64 - 1, "z": True}}
    ]
    written = r"""[
  {
    "domid":2,
    "config":{
      "a":{
      },
      "k":"\/root\/x é \u0001",
      "n":[
        0,
        1
      ],
      "x":null,
      "m":18446744073709551615,
      "z":true
    }
  }
]"""
    assert json_c(value) == written
    assert terse(value) == written.replace("{\n      }", "{}")


@LAYOUTS
@pytest.mark.parametrize("recording", LISTED)
def test_the_domains_of_a_host_are_read_alike(recording: str, layout: Layout) -> None:
    text = stdout(recording)
    again = layout(json.loads(text)) + "\n"
    assert again.split("\n")[1:] != text.split("\n")[1:]
    assert read_domain_list(again) == read_domain_list(text) != []


@LAYOUTS
@pytest.mark.parametrize("recording", ["4.5.0/userdata.txt", "4.17/userdata.txt"])
def test_what_libxl_keeps_is_read_alike(recording: str, layout: Layout) -> None:
    kept = stdout(recording).split(".libxl-json\n")[-1].partition("\n}\n")[0] + "\n}\n"
    config = read_config(f"{kept}\0")
    assert config["c_info"]["name"]
    assert read_config(f"{layout(config)}\0") == config


@LAYOUTS
@pytest.mark.parametrize("beside", [{}, {"domid": None}])
def test_a_dry_run_is_read_alike(beside: dict[str, Any], layout: Layout) -> None:
    config = read_config(stdout("4.17/xl-create-n-pvnet.txt"))
    assert read_config(layout({**beside, "config": config} if beside else config)) == config


@LAYOUTS
def test_no_difference_comes_of_the_layout(layout: Layout) -> None:
    (*_others, yajl) = read_domain_list(stdout("4.17/xl-list-l.txt"))
    (domain,) = read_domain_list(layout([{"domid": yajl.domid, "config": yajl.config}]))
    declared, findings = from_libxl(yajl.config, XEN_4_17)
    assert findings == []
    assert from_libxl(domain.config, XEN_4_17) == (declared, [])

    def changes(**other: Any) -> list[tuple[str, Any, Any]]:
        model = normalise({**declared, **other}, XEN_4_17)
        found = compare(model, XEN_4_17, canonical(model, XEN_4_17), domain.config, undeclared=True)
        return [(one.key, one.before, one.after) for one in found]

    assert changes() == []
    assert changes(kernel="/root/guest/other") == [("kernel", "/root/guest/tiny", "/root/guest/other")]
