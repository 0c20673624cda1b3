# SPDX-License-Identifier: GPL-3.0-or-later
# Emulated Xen hosts of this clone, in .lab. HOST names the one to go to, SUITE says which Debian new ones have; LAB takes more
# variables of the role xen_lab, such as LAB='-e xen_lab_firmware=uefi'.

# From the command line alone: many shells have a HOST in their environment, which is the name of the machine.
HOST := xen1
LAB ?=
LAB_DIR := $(CURDIR)/.lab

# ssh would speak of a file that is missing, or of a name that no server knows: need_host DIRECTORY,HOST,what brings it up
need_host = @test -e $(1)/hosts/$(2)/host.json || { echo "There is no emulated host $(2) in $(1): $(3) brings one up." >&2; exit 1; }

.PHONY: lab-up lab-down lab-ssh lab-console

lab-up: setup ## Bring an emulated Xen host up (SUITE=trixie, LAB='-e xen_lab_firmware=uefi' and the like)
	$(ANSIBLE_PLAYBOOK) playbooks/lab_up.yml -e xen_lab_state_dir=$(LAB_DIR) -e xen_lab_suite=$(SUITE) $(LAB)

lab-down: setup ## Take all emulated hosts down and remove them
	$(ANSIBLE_PLAYBOOK) playbooks/lab_down.yml -e xen_lab_state_dir=$(LAB_DIR) $(LAB)

lab-ssh: ## Log in to an emulated host (HOST=xen1)
	$(call need_host,$(LAB_DIR),$(HOST),make lab-up)
	ssh -F $(LAB_DIR)/ssh_config $(HOST)

lab-console: setup ## Attach to the serial console of an emulated host (HOST=xen1); Ctrl-] leaves it
	$(call need_host,$(LAB_DIR),$(HOST),make lab-up)
	PYTHONPATH=.collections python -B -m ansible_collections.xlops.xen.plugins.module_utils._lab.console $(LAB_DIR)/hosts/$(HOST)/console.sock
