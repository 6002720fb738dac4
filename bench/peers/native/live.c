// Gives the frames of a little-endian pcap file to the kernel as if an interface had received them in bursts of 64: a small XDP program
// that writes the next frame over each page, run in the kernel by BPF_PROG_TEST_RUN with live frames (Linux 5.18 and newer). No packet is a system call.
//
//   live INTERFACE FILE SECONDS     the number of frames is a power of two, none longer than 60 bytes
//
// Prints what sender.c prints.

#include <errno.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LENGTH 60
#define BURST 64
#define ROUND (1 << 18)
#define WORDS 8

#define OP(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define MOVE(d, s) OP(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define MOVE_IMM(d, i) OP(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define ADD_IMM(d, i) OP(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define AND_IMM(d, i) OP(BPF_ALU64 | BPF_AND | BPF_K, d, 0, 0, i)
#define LOAD(size, d, s, o) OP(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define STORE(size, d, o, s) OP(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define EXIT OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
/** r0 = the table's element whose number is at fp - 4; leaves with XDP_DROP if there is none. */
#define LOOK_UP(fd)                                                                                                      \
    OP(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_FD, 0, fd), OP(0, 0, 0, 0, 0), MOVE(2, 10), ADD_IMM(2, -4),          \
        OP(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem), OP(BPF_JMP | BPF_JNE | BPF_K, 0, 0, 2, 0), MOVE_IMM(0, XDP_DROP), EXIT
#define COPY_WORD(at) LOAD(BPF_DW, 3, 0, at), STORE(BPF_DW, 6, at, 3)

static void fail(const char *what) {
    fprintf(stderr, "live: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int bpf(int command, union bpf_attr *attr) { return (int)syscall(SYS_bpf, command, attr, sizeof *attr); }

static long long clock_of(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/** Table of the frames; the element after the last holds the number of the next one. */
static int load_frames(const char *name, int *frames) {
    static unsigned char bytes[65536][WORDS * 8];
    unsigned record[4];
    FILE *file = fopen(name, "rb");
    if (!file || fseek(file, 24, SEEK_SET) != 0) fail(name);
    for (*frames = 0; *frames < 65535 && fread(record, sizeof record, 1, file) == 1; ++*frames)
        if (record[2] > LENGTH || fread(bytes[*frames], record[2], 1, file) != 1) fail("frame");
    fclose(file);
    if (*frames == 0 || (*frames & (*frames - 1))) fail("number of frames");
    union bpf_attr table = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = WORDS * 8, .max_entries = *frames + 1};
    int fd = bpf(BPF_MAP_CREATE, &table);
    if (fd < 0) fail("BPF_MAP_CREATE");
    for (uint32_t at = 0; at <= (uint32_t)*frames; at++) {
        union bpf_attr element = {.map_fd = fd, .key = (uintptr_t)&at, .value = (uintptr_t)bytes[at]};
        if (bpf(BPF_MAP_UPDATE_ELEM, &element) != 0) fail("BPF_MAP_UPDATE_ELEM");
    }
    return fd;
}

static int load_program(int table, int frames) {
    const struct bpf_insn code[] = {
        LOAD(BPF_W, 6, 1, 0), LOAD(BPF_W, 7, 1, 4), MOVE(8, 6), ADD_IMM(8, LENGTH),                     // data, data_end
        OP(BPF_JMP | BPF_JLE | BPF_X, 8, 7, 2, 0), MOVE_IMM(0, XDP_DROP), EXIT,
        MOVE_IMM(9, frames), STORE(BPF_W, 10, -4, 9), LOOK_UP(table),
        LOAD(BPF_W, 9, 0, 0), MOVE(3, 9), ADD_IMM(3, 1), AND_IMM(3, frames - 1), STORE(BPF_W, 0, 0, 3),  // next number
        STORE(BPF_W, 10, -4, 9), LOOK_UP(table),
        COPY_WORD(0), COPY_WORD(8), COPY_WORD(16), COPY_WORD(24), COPY_WORD(32), COPY_WORD(40), COPY_WORD(48),
        LOAD(BPF_W, 3, 0, 56), STORE(BPF_W, 6, 56, 3), MOVE_IMM(0, XDP_PASS), EXIT,
    };
    static char log[65536];
    union bpf_attr load = {.prog_type = BPF_PROG_TYPE_XDP, .insns = (uintptr_t)code, .insn_cnt = sizeof code / sizeof *code, .license = (uintptr_t) "BSD",
                           .log_buf = (uintptr_t)log, .log_size = sizeof log, .log_level = 1};
    int fd = bpf(BPF_PROG_LOAD, &load);
    if (fd < 0) fprintf(stderr, "%s", log), fail("BPF_PROG_LOAD");
    return fd;
}

/** Attached, so that the interface has the receive queue that live frames come from; detached at exit. */
static void attach(int program, unsigned index) {
    union bpf_attr link = {.link_create = {.prog_fd = program, .target_ifindex = index, .attach_type = BPF_XDP}};
    if (bpf(BPF_LINK_CREATE, &link) < 0) fail("BPF_LINK_CREATE");
}

int main(int argc, char **argv) {
    if (argc != 4) return fprintf(stderr, "usage: live INTERFACE FILE SECONDS\n"), 2;
    static unsigned char frame[LENGTH];
    struct xdp_md context = {.data_end = LENGTH, .ingress_ifindex = if_nametoindex(argv[1])};
    int frames, table = load_frames(argv[2], &frames), program = load_program(table, frames);
    if (context.ingress_ifindex == 0) fail(argv[1]);
    attach(program, context.ingress_ifindex);
    long long sent = 0, start = clock_of(CLOCK_MONOTONIC), core = clock_of(CLOCK_PROCESS_CPUTIME_ID), now;
    do {
        union bpf_attr run = {.test = {.prog_fd = program, .data_in = (uintptr_t)frame, .data_size_in = LENGTH, .ctx_in = (uintptr_t)&context,
                                       .ctx_size_in = sizeof context, .repeat = ROUND, .batch_size = BURST, .flags = BPF_F_TEST_XDP_LIVE_FRAMES}};
        if (bpf(BPF_PROG_TEST_RUN, &run) != 0) fail("BPF_PROG_TEST_RUN");
        sent += ROUND;
        now = clock_of(CLOCK_MONOTONIC);
    } while (now - start < (long long)(atof(argv[3]) * 1e9));
    printf("sent %lld nanoseconds %lld core %lld\n", sent, now - start, clock_of(CLOCK_PROCESS_CPUTIME_ID) - core);
    return 0;
}
