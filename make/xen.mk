# SPDX-License-Identifier: GPL-3.0-or-later
# Xen from source, for whoever has upstream's repository: nothing of it is in this one, and it is fetched by nobody else.

XEN_REPOSITORY ?=
XEN_REF ?= RELEASE-4.5.0
XEN_BUILD ?=

.PHONY: xen

xen: setup ## Build Xen from source into a package in build/ (XEN_REPOSITORY=/path/or/url, XEN_REF=RELEASE-4.5.0)
	@test -n "$(XEN_REPOSITORY)" || { echo "Say where Xen's repository is: make xen XEN_REPOSITORY=/path/or/url" >&2; exit 1; }
	$(ANSIBLE_PLAYBOOK) playbooks/build.yml -e xen_source_fetch_to=$(CURDIR)/build \
	  -e '{"xen_source_sources": {"git": {"url": "$(XEN_REPOSITORY)", "ref": "$(XEN_REF)"}, "acknowledge_unsupported": true}}' $(XEN_BUILD)
