# SPDX-License-Identifier: GPL-3.0-or-later
# The workshop of xlops.xen; `make` alone shows what there is. Every target brings along what it needs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Suite of the emulated host: bookworm (Xen 4.17) or trixie (Xen 4.20).
SUITE ?= bookworm

# The demo has a lab of its own, and one for each suite: a host that runs does not become one of another suite.
OTHER_SUITE := $(filter-out bookworm,$(SUITE))
DEMO_DIR := $(CURDIR)/.lab/demo$(OTHER_SUITE:%=-%)
SAME_DEMO := $(if $(OTHER_SUITE), SUITE=$(SUITE))

include make/*.mk

export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
# Ansible refuses a locale that is not UTF-8, and a bare machine has none.
export LC_ALL := C.UTF-8
ANSIBLE_PLAYBOOK := ansible-playbook

# The same for the figures that only a real hypervisor gives.
BENCH_LAB := -e xen_lab_state_dir=$(CURDIR)/.lab/bench -e xen_lab_suite=$(SUITE) -e '{"xen_lab_hosts": [{"name": "bench"}]}'

.PHONY: help demo demo-ssh demo-down bench bench-code bench-host build clean

help: ## Show this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | LC_ALL=C sort | awk -F '\t' '{printf "  %-14s %s\n", $$1, $$2}'

demo: setup ## An emulated machine with plain Debian becomes a Xen host with guests (SUITE=trixie for Debian 13)
	$(ANSIBLE_PLAYBOOK) playbooks/demo.yml -e xen_lab_state_dir=$(DEMO_DIR) -e xen_lab_suite=$(SUITE)
	@echo "The host goes on running: make demo-ssh$(SAME_DEMO) logs in to it, make demo-down$(SAME_DEMO) removes it."

demo-ssh: ## Log in to the host of the demo
	$(call need_host,$(DEMO_DIR),demo,make demo$(SAME_DEMO))
	ssh -F $(DEMO_DIR)/ssh_config demo

demo-down: setup ## Take the host of the demo down and remove it
	$(ANSIBLE_PLAYBOOK) playbooks/lab_down.yml -e xen_lab_state_dir=$(DEMO_DIR)

bench: bench-code bench-host ## Measure the budgets: cost of a run, size of the payload, speed of the parsers

bench-code: setup ## Those of them that need no Xen: one minute
	python -B -m pytest tests/bench -q -s

bench-host: setup ## Those on an emulated host: 50 guests created, and a run that changes nothing
	$(ANSIBLE_PLAYBOOK) playbooks/lab_up.yml $(BENCH_LAB)
	trap "$(ANSIBLE_PLAYBOOK) playbooks/lab_down.yml -e xen_lab_state_dir=$(CURDIR)/.lab/bench" EXIT; \
	  python -B tests/bench/real_host.py --inventory $(CURDIR)/.lab/bench/inventory.yml --host bench

build: setup ## Build the collection's tarball in build/
	ansible-galaxy collection build --force --output-path build

clean: ## Remove what building and testing left in this clone; the virtual environment and the emulated hosts stay
	rm -rf build .ansible .hypothesis .mypy_cache .pytest_cache .ruff_cache tests/output
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
