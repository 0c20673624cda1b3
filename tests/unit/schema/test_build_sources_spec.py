# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec takes what the reader of the declaration knows, and what the documentation shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.xlops.xen.plugins.module_utils._build import declaration, patches
from ansible_collections.xlops.xen.plugins.module_utils._build.sources import identify
from ansible_collections.xlops.xen.plugins.module_utils._schema.build_sources_spec import SOURCES, build_sources_spec

PAGE = (Path(__file__).parents[3] / "docs/building-sources.md").read_text()
EXAMPLES = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def validated(arguments: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    result = ArgumentSpecValidator(build_sources_spec()).validate(arguments)
    return result.validated_parameters, result.error_messages


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_of_the_documentation_are_taken(example: dict[str, Any]) -> None:
    arguments, errors = validated(example)
    assert errors == []
    assert identify(arguments["sources"], arguments["patches"])


def test_nothing_declared_is_upstreams_release() -> None:
    arguments, errors = validated({})
    assert errors == [] and identify(arguments["sources"], arguments["patches"])["version"] == "4.5.0"


def test_every_option_is_explained() -> None:
    spec = build_sources_spec()
    explained = set(re.findall(r"`([a-z0-9_]+)`", PAGE))
    assert set(_options(spec)) <= explained


def _options(spec: dict[str, Any]) -> list[str]:
    return [name for key, one in spec.items() for name in (key, *_options(one.get("options", {})))]


def test_the_reader_knows_the_same_origins() -> None:
    assert set(declaration.ORIGINS) == set(SOURCES) - {"subsources", "files", "acknowledge_unsupported"}


@pytest.mark.parametrize(
    "arguments",
    [
        {"sources": {"git": {"commit": "0" * 40}, "tree": {"path": "/x", "sha256": "0" * 64}}},
        {"sources": {"tree": {"path": "/x"}}},
        {"sources": {"tarball": {"sha256": "0" * 64}}},
        {"sources": {"git": {"keys": [{"fingerprint": "A" * 40}]}}},
        {"sources": {"subsources": [{"name": "linux"}]}},
        {"patches": [{"path": "/x", "reason": "a test"}]},
        {"patches": [{"path": "/x", "sha256": "0" * 64}]},
        {"patches": [{"sha256": "0" * 64, "reason": "a test"}]},
    ],
)
def test_what_ansible_refuses_by_itself(arguments: dict[str, Any]) -> None:
    assert validated(arguments)[1]


def test_a_patch_as_ansible_hands_it_on() -> None:
    arguments, errors = validated({"patches": [{"path": "/x.patch", "sha256": "0" * 64, "xsa": ["117"]}]})
    assert errors == []
    (one,) = patches.read(arguments["patches"])
    assert (one.xsa, one.strip, one.offset, one.component) == ((117,), 1, 0, "xen")
