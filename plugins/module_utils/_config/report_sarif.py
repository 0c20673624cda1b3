# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings in the Static Analysis Results Interchange Format (SARIF 2.1.0), which code hosts show beside the lines."""

from __future__ import annotations

import json
from posixpath import join, normpath
from typing import Any
from urllib.parse import quote

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, NOTE, WARNING, Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.report import Report, sentence
from ansible_collections.xlops.xen.plugins.module_utils._config.rule_words import SUMMARIES, XL
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import RULES, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/xlops/xen/blob/main/docs/lint.md"
LEVELS = {ERROR: "error", WARNING: "warning", NOTE: "note"}
INDEX = {rule: index for index, rule in enumerate(RULES)}


def sarif(report: Report, here: str = "") -> str:
    """The report of a lint that runs in the directory ``here``."""
    driver = {"name": "xlops.xen.lint", "informationUri": HOME, "rules": [_rule(rule) for rule in RULES.values()]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": _uri(name, here)}} for name in report.files],
        "results": [_result(finding, here) for finding in report.findings],
        "properties": {"xenRelease": str(report.release)},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": f"{SUMMARIES[rule.id]}."},
        "fullDescription": {"text": f"{SUMMARIES[rule.id]}. What xl does: {XL[rule.id]}."},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "helpUri": HOME,
    }


def _result(finding: Finding, here: str) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.filename, here)}}
    if finding.line:
        place["region"] = {"startLine": finding.line, "startColumn": finding.column or 1}
    return {
        "ruleId": finding.rule,
        "ruleIndex": INDEX[finding.rule],
        "level": LEVELS[finding.severity],
        "message": {"text": sentence(finding)},
        "locations": [{"physicalLocation": place}],
    }


def _uri(filename: str, here: str) -> str:
    """Relative to where the lint runs, which code hosts take for the top of the repository, if the file is below it."""
    above, name = f"{here.rstrip('/')}/", normpath(join(here, filename))
    name = name[len(above) :] if here and name.startswith(above) else name
    return ("file://" if name.startswith("/") else "") + quote(name, errors="replace")
