# SPDX-License-Identifier: GPL-3.0-or-later
#
# A guest kernel that does nothing, for ever, without using any processor time. It boots as PV and as PVH, needs no memory
# worth mentioning, and lets a host that is emulated and slow run many guests.
#
# PV: SCHEDOP_poll on no port and without a timeout blocks the vcpu. Events stay masked, so none is ever delivered to a
# kernel without handlers; one that arrives only ends the hypercall, and the loop blocks again. (SCHEDOP_block would
# unmask them.)
# PVH: halted with interrupts enabled and none ever asked for. (Halted with interrupts disabled would be a shutdown.)

	.set	XEN_ELFNOTE_ENTRY, 1
	.set	XEN_ELFNOTE_HYPERCALL_PAGE, 2
	.set	XEN_ELFNOTE_VIRT_BASE, 3
	.set	XEN_ELFNOTE_PADDR_OFFSET, 4
	.set	XEN_ELFNOTE_XEN_VERSION, 5
	.set	XEN_ELFNOTE_GUEST_OS, 6
	.set	XEN_ELFNOTE_LOADER, 8
	.set	XEN_ELFNOTE_PAE_MODE, 9
	.set	XEN_ELFNOTE_PHYS32_ENTRY, 18

	.set	SCHED_OP, 29
	.set	SCHEDOP_POLL, 3
	.set	HYPERCALL_SIZE, 32

	.text
	.globl	pv_entry, pvh_entry
	.code64
pv_entry:
	mov	$SCHEDOP_POLL, %edi
	lea	no_ports(%rip), %rsi
	call	hypercall_page + SCHED_OP * HYPERCALL_SIZE
	jmp	pv_entry

	.code32
pvh_entry:
	sti
	hlt
	jmp	pvh_entry

	.data
	.balign	8
no_ports:			# struct sched_poll
	.quad	0		# ports
	.long	0		# nr_ports
	.long	0
	.quad	0		# timeout: none

	.section .hypercalls, "ax", @progbits
	.balign	4096
hypercall_page:			# Xen fills it in
	.fill	4096, 1, 0xcc

	.macro	note type, value:vararg
	.long	4, 2f - 1f, \type
	.asciz	"Xen"
1:	\value
2:	.balign	4
	.endm

	.section .note.Xen, "a", @note
	note	XEN_ELFNOTE_ENTRY, .quad pv_entry
	note	XEN_ELFNOTE_HYPERCALL_PAGE, .quad hypercall_page
	note	XEN_ELFNOTE_VIRT_BASE, .quad virtual_base
	note	XEN_ELFNOTE_PADDR_OFFSET, .quad 0
	note	XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0"
	note	XEN_ELFNOTE_GUEST_OS, .asciz "tiny"
	note	XEN_ELFNOTE_LOADER, .asciz "generic"
	note	XEN_ELFNOTE_PAE_MODE, .asciz "yes"
	note	XEN_ELFNOTE_PHYS32_ENTRY, .quad pvh_entry_physical
