/** Checks of closed loops: what entries of `virtual.closed` and `virtual.tcp` say about interfaces, and about each other. */
import { type ClosedShape, MOST_CONNECTIONS, MOST_REQUESTS, type TcpShape } from "./closed_shape.ts";
import { type Context, portNamed } from "./context.ts";
import type { Checks } from "./in_order.ts";
import { type Path, refuse } from "./path.ts";
import { END_OF_TIME } from "./quantities.ts";
import type { InterfaceShape } from "./shape.ts";

const ETHER_HEADER = 14;
/** IPv4 and TCP. */
const SEGMENT_HEADERS = 40;

export const closedChecks = (context: Context): Checks<ClosedShape> => {
  let requests = 0;
  return {
    if: ({ if: name }, path) => void portNamed(context, name, ["interface"], path),
    outstanding: ({ outstanding }, path) => {
      requests += outstanding;
      if (requests > MOST_REQUESTS) refuse(path, `at most ${MOST_REQUESTS} requests at a time in all`, requests);
    },
    bytes: ({ bytes, if: name }, path) => checkLength(context, name, bytes, path),
    stop: ({ start, stop = END_OF_TIME }, path) => {
      if (stop <= start) refuse(path, "a time after `start`", `${stop} ps`);
    },
    answer: ({ if: name, answer }, path) => {
      checkFarEnd(context, name, answer!.if, path);
      checkLength(context, answer!.if, answer!.bytes, [...path, "bytes"]);
    },
  };
};

export const tcpChecks = (context: Context): Checks<TcpShape> => {
  let connections = 0;
  return {
    if: ({ if: name }, path) => void portNamed(context, name, ["interface"], path),
    connections: (entry, path) => {
      connections += entry.connections;
      if (connections > MOST_CONNECTIONS) refuse(path, `at most ${MOST_CONNECTIONS} connections in all`, connections);
    },
    mss: ({ if: name, mss }, path) => {
      const most = longest(context, name) - SEGMENT_HEADERS;
      if (mss > most) refuse(path, `an integer from 64 to ${most}, the largest segment that ${name} accepts`, mss);
    },
    rtoMax: ({ rto, rtoMin, rtoMax }, path) => {
      if (rtoMax < rtoMin || rtoMax < rto) refuse(path, "a time that is not below `rto` and `rtoMin`", `${rtoMax} ps`);
    },
    receiver: ({ if: name, mss, receiver }, path) => {
      checkFarEnd(context, name, receiver.if, path);
      if (receiver.window < mss) refuse([...path, "window"], `an integer from ${mss}, as \`mss\` is that, to 1073741824`, receiver.window);
    },
  };
};

const checkFarEnd = (context: Context, near: string, far: string, path: Path): void => {
  portNamed(context, far, ["interface"], [...path, "if"]);
  if (near === far) refuse([...path, "if"], `another interface than ${near}`, far);
};

const longest = (context: Context, name: string): number => {
  const { receiveMtu, mtu } = portNamed(context, name, ["interface"], []).shape as InterfaceShape;
  return receiveMtu ?? mtu;
};

const checkLength = (context: Context, name: string, bytes: number, path: Path): void => {
  const most = longest(context, name) + ETHER_HEADER;
  if (bytes > most) refuse(path, `an integer from 60 to ${most}, the longest frame that ${name} accepts`, bytes);
};
