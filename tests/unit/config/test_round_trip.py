# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written is what is read, for every model and every release."""

from __future__ import annotations

import json

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import compare, json_differences
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model, normalise
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import from_xl_cfg, read_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.syntax import parse_settings
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.config.strategies import models
from hypothesis import given, settings

HOST = HostFacts(max_cpus=8, nodes=((0, 1, 2, 3), (4, 5, 6, 7)))


@given(models())
@settings(max_examples=400, deadline=None)
def test_a_model_survives_being_written_and_read(case: tuple[Release, Model]) -> None:
    release, model = case
    assert from_xl_cfg(to_xl_cfg(model, release)) == model


@given(models())
@settings(max_examples=200, deadline=None)
def test_the_release_itself_has_nothing_to_say_about_what_was_written_for_it(case: tuple[Release, Model]) -> None:
    release, model = case
    again, findings = read_xl_cfg(to_xl_cfg(model, release), release=release)
    assert again == model
    assert [str(finding) for finding in findings if finding.severity == "error"] == []


@given(models())
@settings(max_examples=200, deadline=None)
def test_no_value_escapes_its_quotes(case: tuple[Release, Model]) -> None:
    release, model = case
    text = to_xl_cfg(model, release)
    keys = [setting.key for setting in parse_settings(text)]
    assert {KEYS[key].instead or key if key == "builder" else key for key in keys} == set(model)
    assert len(keys) == len(model)
    assert text.endswith("\n")


@given(models())
@settings(max_examples=200, deadline=None)
def test_canonical_json_is_json_and_the_same_after_a_round_trip(case: tuple[Release, Model]) -> None:
    release, model = case
    config = canonical(model, release, HOST)
    assert json.loads(json.dumps(config)) == config
    assert json_differences(config, canonical(from_xl_cfg(to_xl_cfg(model, release)), release, HOST)) == []


@given(models())
@settings(max_examples=200, deadline=None)
def test_a_guest_is_not_different_from_itself(case: tuple[Release, Model]) -> None:
    release, model = case
    config = canonical(model, release, HOST)
    assert compare(model, release, config, config, undeclared=True) == []


@given(models())
@settings(max_examples=100, deadline=None)
def test_the_normal_form_of_a_model_is_the_model(case: tuple[Release, Model]) -> None:
    release, model = case
    assert normalise(model, release) == model
