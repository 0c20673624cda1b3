# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings as JUnit's XML, which continuous integration services show as tests: a suite for each file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.report import Report, line, sentence

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> str:
    """Errors are failures. Warnings and notes are tests that pass and say something; so is a file without findings."""
    findings: dict[str, list[Finding]] = {name: [] for name in report.files}
    for finding in report.findings:
        findings.setdefault(finding.filename, []).append(finding)
    root = ElementTree.Element("testsuites", {"name": f"Guests for Xen {report.release}"})
    for name, found in findings.items():
        suite = ElementTree.SubElement(root, "testsuite", {"name": _text(name), **_counts(found)})
        for finding in found:
            _add_case(suite, finding)
        if not found:
            ElementTree.SubElement(suite, "testcase", {"classname": _text(name), "name": "no findings"})
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _counts(findings: Sequence[Finding]) -> dict[str, str]:
    failures = sum(finding.severity == ERROR for finding in findings)
    return {"tests": str(max(1, len(findings))), "failures": str(failures), "errors": "0", "skipped": "0"}


def _add_case(suite: ElementTree.Element, finding: Finding) -> None:
    filename, at = _text(finding.filename), (finding.line or 1, finding.column or 1)
    name = f"{finding.rule} at {at[0]}:{at[1]}"
    facts = {"classname": filename, "name": name, "file": filename, "line": str(at[0])}
    case = ElementTree.SubElement(suite, "testcase", facts)
    if finding.severity == ERROR:
        told = {"type": finding.rule, "message": _text(sentence(finding))}
        ElementTree.SubElement(case, "failure", told).text = _text(line(finding))
    else:
        ElementTree.SubElement(case, "system-out").text = _text(line(finding))


def _text(text: str) -> str:
    """What XML can hold; everything else becomes a question mark."""
    return NOT_IN_XML.sub("?", text)
