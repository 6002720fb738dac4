// ns-3: one flow of small UDP packets from host A over one node to host B, one packet a microsecond on links of 10 Gb/s.
//
//   simulation bridge|router PACKETS
//
// Prints "sent N received N forwarded N core N": packets counted at the ends and in the middle, nanoseconds on the core while simulated.

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "ns3/applications-module.h"
#include "ns3/bridge-module.h"
#include "ns3/core-module.h"
#include "ns3/csma-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

using namespace ns3;

static uint64_t forwarded = 0;

static void Count(Ptr<const Packet>) { forwarded++; }

static long long CoreNanoseconds() {
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/** Hosts on two CSMA segments, a learning bridge between them. Returns B's address. */
static Ipv4Address Bridge(NodeContainer hosts, Ptr<Node> middle) {
    CsmaHelper csma;
    csma.SetChannelAttribute("DataRate", StringValue("10Gbps"));
    csma.SetChannelAttribute("Delay", TimeValue(NanoSeconds(100)));
    NetDeviceContainer ends, ports;
    for (uint32_t k = 0; k < 2; k++) {
        NetDeviceContainer link = csma.Install(NodeContainer(hosts.Get(k), middle));
        ends.Add(link.Get(0));
        ports.Add(link.Get(1));
    }
    BridgeHelper().Install(middle, ports);
    InternetStackHelper().Install(hosts);
    ports.Get(1)->TraceConnectWithoutContext("MacTx", MakeCallback(&Count));
    return Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(ends).GetAddress(1);
}

/** Hosts on two point-to-point links, an IPv4 router between them. Returns B's address. */
static Ipv4Address Router(NodeContainer hosts, Ptr<Node> middle) {
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("10Gbps"));
    link.SetChannelAttribute("Delay", TimeValue(NanoSeconds(100)));
    InternetStackHelper().Install(NodeContainer(hosts, middle));
    NetDeviceContainer left = link.Install(hosts.Get(0), middle), right = link.Install(middle, hosts.Get(1));
    Ipv4AddressHelper("10.0.1.0", "255.255.255.0").Assign(left);
    Ipv4Address b = Ipv4AddressHelper("10.0.2.0", "255.255.255.0").Assign(right).GetAddress(1);
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    right.Get(0)->TraceConnectWithoutContext("MacTx", MakeCallback(&Count));
    return b;
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: simulation bridge|router PACKETS\n"), 2;
    const uint32_t packets = atoi(argv[2]);
    NodeContainer hosts(2);
    Ptr<Node> middle = CreateObject<Node>();
    const Ipv4Address b = std::string(argv[1]) == "bridge" ? Bridge(hosts, middle) : Router(hosts, middle);
    ApplicationContainer servers = UdpServerHelper(9).Install(hosts.Get(1));
    UdpClientHelper client(b, 9);
    client.SetAttribute("Interval", TimeValue(MicroSeconds(1)));
    client.SetAttribute("PacketSize", UintegerValue(18));
    client.SetAttribute("MaxPackets", UintegerValue(1)); // resolves the addresses: meanwhile a stream would overflow ARP's queue
    ApplicationContainer first = client.Install(hosts.Get(0));
    client.SetAttribute("MaxPackets", UintegerValue(packets - 1));
    ApplicationContainer stream = client.Install(hosts.Get(0));
    servers.Start(Seconds(0));
    first.Start(Seconds(0));
    stream.Start(Seconds(1));
    const long long start = CoreNanoseconds();
    Simulator::Run();
    const long long core = CoreNanoseconds() - start;
    printf("sent %u received %llu forwarded %llu core %lld\n", packets, (unsigned long long)DynamicCast<UdpServer>(servers.Get(0))->GetReceived(),
           (unsigned long long)forwarded, core);
    Simulator::Destroy();
    return 0;
}
