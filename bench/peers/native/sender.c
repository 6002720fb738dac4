// Sends the Ethernet frames of a little-endian pcap file over and over from one interface, in bursts of 64 without queueing discipline.
//
//   sender INTERFACE FILE SECONDS     0 seconds: the file once
//
// Prints "sent N nanoseconds N core N": frames that the kernel took, wall clock, time on the core (softirqs of its own packets included).

#define _GNU_SOURCE
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#ifndef PACKET_QDISC_BYPASS
#define PACKET_QDISC_BYPASS 20
#endif
#define BURST 64
#define MAX_FRAMES 65536

static struct mmsghdr messages[MAX_FRAMES];
static struct iovec parts[MAX_FRAMES];

static void fail(const char *what) {
    fprintf(stderr, "sender: %s: %s\n", what, strerror(errno));
    exit(1);
}

static long long clock_of(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int read_frames(const char *name) {
    FILE *file = fopen(name, "rb");
    unsigned char head[24];
    unsigned record[4];
    int frames = 0;
    if (!file || fread(head, sizeof head, 1, file) != 1) fail(name);
    while (frames < MAX_FRAMES && fread(record, sizeof record, 1, file) == 1) {
        if (record[2] < 14 || record[2] > 1514) fail("frame length");
        void *bytes = malloc(record[2]);
        if (!bytes || fread(bytes, record[2], 1, file) != 1) fail("frame");
        parts[frames] = (struct iovec){bytes, record[2]};
        messages[frames].msg_hdr.msg_iov = &parts[frames];
        messages[frames].msg_hdr.msg_iovlen = 1;
        frames++;
    }
    fclose(file);
    return frames;
}

static int open_interface(const char *name) {
    int one = 1, fd = socket(AF_PACKET, SOCK_RAW, 0);
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name)};
    if (fd < 0) fail("socket");
    if (to.sll_ifindex == 0 || bind(fd, (struct sockaddr *)&to, sizeof to) != 0) fail(name);
    if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one) != 0) fail("PACKET_QDISC_BYPASS");
    return fd;
}

int main(int argc, char **argv) {
    if (argc != 4) return fprintf(stderr, "usage: sender INTERFACE FILE SECONDS\n"), 2;
    int frames = read_frames(argv[2]), fd = open_interface(argv[1]);
    long long sent = 0, start = clock_of(CLOCK_MONOTONIC), core = clock_of(CLOCK_PROCESS_CPUTIME_ID);
    long long end = start + (long long)(atof(argv[3]) * 1e9), now;
    do {
        for (int at = 0; at < frames;) {
            int burst = frames - at < BURST ? frames - at : BURST;
            int took = sendmmsg(fd, messages + at, burst, 0);
            if (took < 0 && errno != ENOBUFS && errno != EAGAIN) fail("sendmmsg");
            if (took > 0) at += took, sent += took;
        }
        now = clock_of(CLOCK_MONOTONIC);
    } while (now < end);
    printf("sent %lld nanoseconds %lld core %lld\n", sent, now - start, clock_of(CLOCK_PROCESS_CPUTIME_ID) - core);
    return 0;
}
