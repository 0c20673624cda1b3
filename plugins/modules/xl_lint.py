#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name, which does all of the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: xl_lint
short_description: Say what is wrong with files of guests, for any release of Xen
version_added: 0.1.0
description:
  - Reads xl.cfg files and YAML files that declare guests, and holds them against what xl of a release makes of them.
    C(docs/lint.md) has the rules.
  - Always runs on the controller, whatever the connection of the play. It needs no Xen and no root.
  - Prints a line for each finding, as compilers do. Findings do not make it fail; see the example, or playbook
    C(xlops.xen.lint), for that.
  - From YAML it takes the guests of C(xen_guests_domains) with C(xen_guests_defaults), those of tasks of
    M(xlops.xen.xl_domains) and M(xlops.xen.xl_domain), and files that are one guest, a list of guests, or a mapping of
    C(domains) and C(defaults). A value that is a template or in a vault is not judged; a note says so, unless any text
    will do for it.
extends_documentation_fragment:
  - xlops.xen.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    description: The controller.
    support: full
options:
  paths:
    description:
      - Files, and directories whose files are read at every depth. What cannot be read there is an error.
      - A file that ends in C(.yml) or C(.yaml) is YAML. Any other file that is named is an xl.cfg. In a directory it is
        one if it sets what guests have, such as C(name) or C(memory). What is left is named in RV(passed_over).
    type: list
    elements: path
    required: true
  release:
    description:
      - Release of Xen that the guests are for, from 4.5 to 4.22, such as V(4.17) or V(4.17.5).
      - By default it is the newest, and RV(summary) says so.
    type: str
  one_host:
    description:
      - Which guests are those of one host, and so cannot share a name, uuid, MAC address, vifname, display, port, PCI
        device or written disk. Those of a V(directory), of a V(file), or V(all).
      - With V(directory) a directory C(host_vars) has a file, or a directory, for each host, as Ansible has it.
    type: str
    choices: [directory, file, all]
    default: directory
  limit:
    description: How many findings are printed, from V(0) on. The others are counted, by rule and by file.
    type: int
    default: 200
  report:
    description: File for a report that has all findings. It is only written if it says something new.
    type: path
  report_format:
    description: What the report is, V(sarif) for SARIF 2.1.0 and V(junit) for the XML of JUnit.
    type: str
    choices: [junit, sarif]
    default: sarif
seealso:
  - plugin: xlops.xen.lint_xl_cfg
    plugin_type: filter
author:
  - The xlops.xen contributors (@xlops)
"""

EXAMPLES = r"""
- name: Lint all guests of this repository for the hosts they run on
  xlops.xen.xl_lint:
    paths: [host_vars, /etc/xen]
    release: "4.17"
    report: build/guests.sarif
  register: lint

- name: Stop if there are errors
  ansible.builtin.assert:
    that: lint.counts.error == 0
    fail_msg: "{{ lint.summary }}"
"""

RETURN = r"""
counts:
  description: How many findings there are of each severity.
  type: dict
  returned: success
  sample: {error: 2, warning: 1, note: 0}
findings:
  description: All findings, in the order of files and lines.
  type: list
  elements: dict
  returned: success
  contains:
    rule: {description: The rule that is broken., type: str, sample: unknown-key}
    severity: {description: "V(error), V(warning) or V(note).", type: str, sample: error}
    message: {description: "What is wrong, what xl would do, and what to do instead.", type: str}
    guest: {description: Name of the guest., type: str, sample: web1}
    key: {description: "The key, or sub-key.", type: str, sample: "disk[0].format"}
    value:
      description:
        - The value, of bounded length. A device as it is, where the sub-key is not there.
        - V((secret\)) stands for a secret, V((not told\)) for the value of an unknown key that may have meant one.
        - None for what is missing, and for a text that is no statement.
      type: raw
      sample: qcow3
    xl: {description: What xl does with it., type: str, sample: xl would refuse the file}
    file: {description: The file., type: str, sample: host_vars/xen1.yml}
    line: {description: "Line, from 1.", type: int}
    column: {description: "Column, from 1.", type: int}
    release: {description: The release of Xen., type: str, sample: "4.17"}
    remedy: {description: What to do., type: str, sample: "did you mean memory?"}
files:
  description: The files that declare guests.
  type: list
  elements: str
  returned: success
guests:
  description: How many guests they have.
  type: int
  returned: success
passed_over:
  description: The files below O(paths) that declare no guest.
  type: list
  elements: str
  returned: success
summary:
  description: All of this in a sentence.
  type: str
  returned: success
  sample: 2 errors, 1 warning and 0 notes in 1 of 3 files with 5 guests, for Xen 4.17
"""
