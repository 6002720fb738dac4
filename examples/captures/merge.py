"""Joins the per-port captures of one device to one pcapng file, for record.sh.

    merge.py OUT.pcapng DIR/p0 DIR/p1 ...        reads DIR/p0.pcap, DIR/p1.pcap, ...

Input: pcap with nanosecond timestamps in this machine's byte order, Ethernet, as tcpdump writes it. Output: a little-endian section, one
interface block per port with the file's base name as if_name, packets in time order (ties in port order). Nothing else goes into the file, so that it
tells nothing about the machine it was recorded on. mergecap would leave the interfaces without names.
"""

import heapq
import os
import struct
import sys

NANO_MAGIC = 0xA1B23C4D
LINKTYPE_ETHERNET = 1
IF_NAME, IF_TSRESOL = 2, 9  # option codes of an interface description block


def read_pcap(path, interface):
    """Yields (nanoseconds, interface, length on the wire, captured bytes)."""
    with open(path, "rb") as file:
        magic, _, _, _, _, _, link = struct.unpack("=IHHiIII", file.read(24))
        if magic != NANO_MAGIC or link != LINKTYPE_ETHERNET:
            sys.exit(f"{path}: not a nanosecond pcap file of Ethernet frames")
        while header := file.read(16):
            seconds, nanoseconds, captured, length = struct.unpack("=IIII", header)
            if captured != length:
                sys.exit(f"{path}: a frame of {length} bytes was cut to {captured}")
            yield seconds * 10**9 + nanoseconds, interface, length, file.read(captured)


def padded(data):
    return data + bytes(-len(data) % 4)


def block(kind, body):
    total = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + total + body + total


def option(code, value):
    return struct.pack("<HH", code, len(value)) + padded(value)


def section_header():
    return block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface_description(name):
    options = option(IF_NAME, name.encode()) + option(IF_TSRESOL, b"\x09") + option(0, b"")
    return block(1, struct.pack("<HHI", LINKTYPE_ETHERNET, 0, 0) + options)


def enhanced_packet(time, interface, length, data):
    head = struct.pack("<IIIII", interface, time >> 32, time & 0xFFFFFFFF, len(data), length)
    return block(6, head + padded(data))


def main(out, ports):
    # Sorted, not only merged: a port's frames may be stamped on several CPUs.
    captures = [sorted(read_pcap(f"{port}.pcap", i)) for i, port in enumerate(ports)]
    with open(out, "wb") as file:
        file.write(section_header())
        for port in ports:
            file.write(interface_description(os.path.basename(port)))
        for packet in heapq.merge(*captures):
            file.write(enhanced_packet(*packet))


main(sys.argv[1], sys.argv[2:])
