/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Preloaded, it lets xl make dry runs on a machine without Xen: it answers for the hypervisor and for xenstore as a
 * host with two CPUs on one NUMA node does, and puts the file that XL_CONF names in the place of /etc/xen/xl.conf.
 *
 *     cc -shared -fPIC -o alone.so alone.c -ldl
 *     cc -shared -fPIC -DVERSION_INFO -o alone.so alone.c -ldl       for Xen 4.20
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CPUS = 2, NODES = 1, CAN_DO_HVM_AND_PV = 3, PHYSINFO_BYTES = 40 };

struct topology {
    uint32_t core, socket, node;
};

static char handle[1 << 16];

void *xc_interface_open(void *logger, void *other, unsigned flags) { return handle; }
int xc_interface_close(void *xch) { return 0; }
void *xs_open(unsigned long flags) { return handle; }
void xs_close(void *xsh) {}

int xc_physinfo(void *xch, uint32_t *info)
{
    memset(info, 0, PHYSINFO_BYTES);
    info[0] = info[1] = 1; /* threads of a core, cores of a socket */
    info[2] = CPUS;
    info[3] = CPUS - 1;
    info[4] = NODES;
    info[7] = CAN_DO_HVM_AND_PV;
    return 0;
}

int xc_get_max_cpus(void *xch) { return CPUS; }
int xc_get_online_cpus(void *xch) { return CPUS; }
int xc_get_max_nodes(void *xch) { return NODES; }
int xc_sharing_freed_pages(void *xch) { return 0; }
int xc_sharing_used_frames(void *xch) { return 0; }

int xc_cputopoinfo(void *xch, unsigned *count, struct topology *rows)
{
    for (unsigned cpu = 0; rows && cpu < CPUS && cpu < *count; cpu++)
        rows[cpu] = (struct topology){ .core = cpu, .socket = cpu, .node = 0 };
    *count = CPUS;
    return 0;
}

int xc_version(void *xch, int command, void *answer)
{
    if (answer && command)
        memset(answer, 0, 64);
    return 0;
}

#ifdef VERSION_INFO
const void *libxl_get_version_info(void *ctx)
{
    static char nothing[512];
    return nothing;
}
#endif

static const char *instead_of(const char *path)
{
    const char *given = getenv("XL_CONF");
    return given && !strcmp(path, "/etc/xen/xl.conf") ? given : path;
}

FILE *fopen(const char *path, const char *mode)
{
    FILE *(*next)(const char *, const char *) = dlsym(RTLD_NEXT, "fopen");
    return next(instead_of(path), mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    FILE *(*next)(const char *, const char *) = dlsym(RTLD_NEXT, "fopen64");
    return next(instead_of(path), mode);
}
