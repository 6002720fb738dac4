# shellcheck shell=bash
# Hosts, servers and recorders for record.sh, which sources this and sets $here.

net=netisr$$            # prefix of every namespace of this run
tmp=""                  # scratch directory, removed at exit
servers=()              # pids of what runs in the background now
recorders=()

# ---- what has to be there -------------------------------------------------------------------------------------------

# Command and Debian package that has it.
needs="ip:iproute2 ss:iproute2 ethtool:ethtool tcpdump:tcpdump ping:iputils-ping curl:curl python3:python3 dnsmasq:dnsmasq-base
  dig:bind9-dnsutils iperf3:iperf3 sysctl:procps timeout:coreutils"

check_needs() {
  local need missing=""
  for need in $needs; do
    command -v "${need%%:*}" >/dev/null && continue
    echo "record.sh: there is no ${need%%:*} (Debian package ${need##*:})" >&2
    missing=yes
  done
  if [ -n "$missing" ]; then
    exit 1
  fi
  if [ "$(id -u)" != 0 ]; then
    echo "record.sh: must be root, to make network namespaces" >&2
    exit 1
  fi
}

# ---- namespaces -----------------------------------------------------------------------------------------------------

# Runs a command in one namespace: in_ns h0 ping ...
in_ns() {
  local ns=$1
  shift
  ip netns exec "$net-$ns" "$@"
}

# Ends what was started and removes every namespace. Also run at exit, so nothing here may stop it half-way.
take_down() {
  local pid ns
  for pid in "${servers[@]}" "${recorders[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  servers=()
  recorders=()
  for ns in dev h0 h1 h2 h3; do
    [ ! -e "/run/netns/$net-$ns" ] || ip netns del "$net-$ns" || true
  done
}

at_exit() {
  take_down
  [ -z "$tmp" ] || rm -rf "$tmp"
}

# No IPv6, so that no router solicitation or MLD report is in the captures.
make_namespace() {
  ip netns add "$net-$1"
  ip -n "$net-$1" link set lo up
  if [ -d /proc/sys/net/ipv6 ]; then
    in_ns "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  fi
}

# No offloads: frames as large as on a wire, with their checksums filled in.
plain_interface() {
  in_ns "$1" ethtool -K "$2" tx off sg off tso off gso off gro off lro off >/dev/null 2>&1
}

# Host N with its eth0, cabled to port pN of the device.
make_host() {
  local n=$1 mtu=$2
  make_namespace "h$n"
  ip -n "$net-dev" link add "p$n" address "02:00:00:00:00:0$n" mtu "$mtu" type veth \
    peer name eth0 address "02:00:00:00:01:0$n" mtu "$mtu" netns "$net-h$n"
  plain_interface dev "p$n"
  plain_interface "h$n" eth0
}

cable_up() {
  ip -n "$net-dev" link set "p$1" up
  ip -n "$net-h$1" link set eth0 up
}

# ---- servers and recorders ------------------------------------------------------------------------------------------

# Waits up to 5 s until the command given succeeds.
wait_for() {
  local i
  for i in $(seq 50); do
    if "$@"; then return 0; fi
    sleep 0.1
  done
  echo "record.sh: gave up waiting for: $*" >&2
  cat "$tmp"/*.log >&2
  return 1
}

listens() { [ -n "$(in_ns "$1" ss -Hltun "sport = :$2")" ]; }

# A server in the background: serve h1 dnsmasq ...
serve() {
  ip netns exec "$net-$1" "${@:2}" >>"$tmp/servers.log" 2>&1 &
  servers+=($!)
}

# DNS, a web page of 28,893 bytes and iperf3, on one host. It must have no route to a name server yet: Python would look its own name up.
start_servers() {
  local ns=$1 address=$2
  mkdir -p "$tmp/www"
  seq 6000 >"$tmp/www/index.html"
  serve "$ns" dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --user=root --no-resolv --no-hosts \
    --local=/example/ --address="/www.example/$address" --txt-record="www.example,two networks in a box"
  serve "$ns" python3 -m http.server --bind "$address" --directory "$tmp/www" 80
  serve "$ns" iperf3 --server
  wait_for listens "$ns" 53
  wait_for listens "$ns" 80
  wait_for listens "$ns" 5201
}

recorder_ready() { grep -q "listening on" "$tmp/$1.log"; }

# One recorder per port, of arriving frames only.
start_recorders() {
  local port
  for port in "$@"; do
    ip netns exec "$net-dev" tcpdump -i "$port" -Q in -n -s 0 --time-stamp-precision=nano --immediate-mode -U -Z root \
      -w "$tmp/$port.pcap" 2>"$tmp/$port.log" &
    recorders+=($!)
    wait_for recorder_ready "$port"
  done
}

# Ends the recorders and joins their files to one pcapng.
save() {
  local file=$1 pid port
  shift
  sleep 1
  for pid in "${recorders[@]}"; do kill -INT "$pid"; done
  for pid in "${recorders[@]}"; do wait "$pid" || true; done
  recorders=()
  for port in "$@"; do
    grep -q "^0 packets dropped by kernel" "$tmp/$port.log" || { echo "record.sh: tcpdump lost frames of $port" >&2; return 1; }
  done
  python3 "$here/merge.py" "$file" "${@/#/$tmp/}"
}
