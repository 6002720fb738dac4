#!/usr/bin/env bash
# Records bridge.pcapng and router.pcapng: what real programs send through a 4-port bridge and a 3-port router.
#
#   sudo examples/captures/record.sh [directory]      default: the directory of this script
#
# Hosts and the device in the middle are network namespaces made here and removed at exit; nothing touches another network.
# The kernel bridges and routes. Only what arrives at the device's ports is recorded, since that is what an engine is to be fed.
# Ports are p0, p1, ..., host N is at port N. Port N has the MAC address 02:00:00:00:00:0N, host N has 02:00:00:00:01:0N.
# Takes about 20 seconds. bridge.json and router.json beside this directory describe the two devices; keep them in step.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
out=$(cd "${1:-$here}" && pwd)
. "$here/lab.sh"

# ---- traffic --------------------------------------------------------------------------------------------------------

# ping from a namespace. One that is not answered (status 1) is part of the traffic; a wrong option or address (2) is a fault.
ping_from() {
  in_ns "$1" ping -n -q -W 1 "${@:2}" >"$tmp/ping.log" 2>&1 || [ $? = 1 ] || { cat "$tmp/ping.log" >&2; return 1; }
}

# Datagrams that nobody answers: to_udp NAMESPACE ADDRESS PORT COUNT
to_udp() {
  in_ns "$1" bash -c 'for i in $(seq "$3"); do echo "<13>report $i" >"/dev/udp/$1/$2"; sleep 0.05; done' - "$2" "$3" "$4"
}

# What traceroute sends: UDP to ports from 33434 on, three of each TTL.
trace_route() {
  local ttl
  for ttl in 1 2; do
    in_ns "$1" sysctl -qw net.ipv4.ip_default_ttl=$ttl
    in_ns "$1" bash -c 'for i in 0 1 2; do echo probe >"/dev/udp/$1/$(($2 + i))"; sleep 0.1; done' - "$2" $((33431 + 3 * ttl))
  done
  in_ns "$1" sysctl -qw net.ipv4.ip_default_ttl=64
}

# DNS questions, then the page from the address that the answer gave.
look_up_and_fetch() {
  local ns=$1 server=$2 address
  address=$(in_ns "$ns" dig +short +tries=1 +time=2 "@$server" www.example A)
  in_ns "$ns" dig +tries=1 +time=2 "@$server" www.example TXT >/dev/null
  in_ns "$ns" dig +tries=1 +time=2 "@$server" absent.example A >/dev/null
  in_ns "$ns" curl -q -sS -m 5 --noproxy '*' -o /dev/null "http://$address/"
}

# TCP up, TCP down, UDP at 1 Mb/s in datagrams of the length given.
measure() {
  in_ns "$1" timeout 10 iperf3 -c "$2" -n 100K -l 10K >/dev/null
  in_ns "$1" timeout 10 iperf3 -c "$2" -n 40K -l 10K -R >/dev/null
  in_ns "$1" timeout 10 iperf3 -c "$2" -u -b 1M -n 40K -l "$3" >/dev/null
}

# ---- the two networks -----------------------------------------------------------------------------------------------

make_bridge_network() {
  local n
  make_namespace dev
  ip -n "$net-dev" link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
  for n in 0 1 2 3; do
    make_host $n 1500
    ip -n "$net-dev" link set "p$n" master br0
  done
  # Host 3 has no IP address, so it answers nothing. Host 0 knows its MAC address from here, as a collector's would be configured.
  for n in 0 1 2; do ip -n "$net-h$n" address add "192.0.2.1$n/24" dev eth0; done
  for n in 0 1 2 3; do cable_up $n; done
  ip -n "$net-dev" link set br0 up
  ip -n "$net-h0" neighbour add 192.0.2.13 lladdr 02:00:00:00:01:03 dev eth0 nud permanent
  start_servers h1 192.0.2.11
}

record_bridge() {
  make_bridge_network
  start_recorders p0 p1 p2 p3
  ping_from h0 -c 3 -i 0.2 192.0.2.11
  ping_from h2 -c 3 -i 0.2 192.0.2.10
  ping_from h2 -c 2 -i 0.2 -b 192.0.2.255                 # broadcast, answered by nobody
  ping_from h0 -c 2 192.0.2.77                            # no such station: ARP only
  to_udp h0 192.0.2.13 514 5                              # to the station that only listens: flooded each time
  look_up_and_fetch h0 192.0.2.11
  look_up_and_fetch h2 192.0.2.11
  measure h2 192.0.2.11 1400
  ping_from h2 -c 3 -i 0.2 -s 3000 -M dont 192.0.2.10     # fragments from the sender
  save "$tmp/bridge.pcapng" p0 p1 p2 p3
  take_down
}

# 192.0.2.0/24, 198.51.100.0/24 and, with an MTU of 1000, 203.0.113.0/25. The upper half of 203.0.113.0/24 is nowhere.
make_router_network() {
  local n
  local subnet=(192.0.2 198.51.100 203.0.113) length=(24 24 25) mtu=(1500 1500 1000)
  make_namespace dev
  in_ns dev sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
  for n in 0 1 2; do
    make_host $n "${mtu[n]}"
    ip -n "$net-dev" address add "${subnet[n]}.1/${length[n]}" dev "p$n"
    ip -n "$net-h$n" address add "${subnet[n]}.10/${length[n]}" dev eth0
    cable_up $n
  done
  start_servers h1 198.51.100.10
  for n in 0 1 2; do ip -n "$net-h$n" route add default via "${subnet[n]}.1"; done
}

record_router() {
  make_router_network
  start_recorders p0 p1 p2
  ping_from h0 -c 3 -i 0.2 192.0.2.1                      # the router itself
  ping_from h2 -c 2 -i 0.2 198.51.100.1                   # the router by an address of another port
  ping_from h0 -c 3 -i 0.2 198.51.100.10
  ping_from h2 -c 3 -i 0.2 192.0.2.10
  ping_from h0 -c 2 -t 1 198.51.100.10                    # ends at the router
  trace_route h0 198.51.100.10
  ping_from h0 -c 3 -i 0.2 -s 1400 -M dont 203.0.113.10   # the router has to fragment
  ping_from h0 -c 3 -i 0.2 -s 3000 -M dont 203.0.113.10   # and to fragment fragments
  ping_from h0 -c 1 -s 1400 -M do 203.0.113.10            # and may not; after its answer the sender would not try again
  ping_from h0 -c 2 -i 0.2 -R 203.0.113.10                # record route
  ping_from h0 -c 2 -i 0.2 -T tsandaddr 203.0.113.10      # timestamps
  ping_from h0 -c 2 -i 0.2 203.0.113.200                  # no route
  ping_from h0 -c 2 203.0.113.77                          # a subnet that is there, a host that is not
  look_up_and_fetch h0 198.51.100.10
  look_up_and_fetch h2 198.51.100.10
  measure h0 198.51.100.10 1400
  measure h2 198.51.100.10 900
  save "$tmp/router.pcapng" p0 p1 p2
  take_down
}

check_needs
trap at_exit EXIT
trap 'exit 130' HUP INT TERM
tmp=$(mktemp -d)
record_bridge
record_router
install -m 644 "$tmp/bridge.pcapng" "$tmp/router.pcapng" "$out"
