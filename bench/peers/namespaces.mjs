// Network namespaces of this run and what runs in them; removed afterwards, and with them their interfaces.

import { afterwards, CLEANING, command, Skip } from "./support.mjs";

/** One namespace per role; IPv6 is off, so that nobody speaks there unasked. */
export async function namespaces(...roles) {
  const name = (role) => `netisr-peers-${process.pid}-${role}`;
  for (const role of roles) {
    afterwards(() => command("ip", ["netns", "del", name(role)], { signal: CLEANING }).catch(() => {}));
    await command("ip", ["netns", "add", name(role)]).catch((error) => {
      throw new Skip(`no network namespaces: ${error.message}`);
    });
  }
  const inside = (role, ...words) => command("ip", ["netns", "exec", name(role), ...words]);
  for (const role of roles) await inside(role, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1", "net.ipv6.conf.all.disable_ipv6=1");
  return { name, inside, ip: (role, line) => command("ip", ["-n", name(role), ...line.split(" ")]) };
}

/** A cable: `from` and `to` are "role interface". Both ends are up. */
export async function cable({ name, ip }, from, to) {
  const [fromRole, fromName] = from.split(" ");
  const [toRole, toName] = to.split(" ");
  await command("ip", ["link", "add", fromName, "netns", name(fromRole), "type", "veth", "peer", "name", toName, "netns", name(toRole)]).catch(
    (error) => {
      throw new Skip(`no veth interfaces: ${error.message}`);
    },
  );
  await ip(fromRole, `link set ${fromName} up`);
  await ip(toRole, `link set ${toName} up`);
}

/** Frames that interfaces of the sink have received (`packets`), and frames that IP dropped there as meant for another host (`others`). */
export async function received({ name }, ...interfaces) {
  const links = JSON.parse(await command("ip", ["-n", name("sink"), "-s", "-s", "-j", "link", "show"]));
  const rx = (wanted) => links.find(({ ifname }) => ifname === wanted).stats64.rx;
  return interfaces.map((wanted) => ({ packets: rx(wanted).packets, others: rx(wanted).otherhost ?? 0 }));
}
