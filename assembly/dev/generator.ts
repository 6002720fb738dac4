// stub
export function generatorBytes(): u64 {
  return 64;
}
export function generatorNext(port: u32): u64 {
  return u64.MAX_VALUE;
}
export function generatorWrite(port: u32, at: usize): u32 {
  return 0;
}
export function attachGenerator(
  port: u32,
  kind: u32,
  interval: u64,
  length: u32,
  flows: u32,
  uniform: u32,
  start: u64,
  stop: u64,
  count: u64,
): void {}
export function attachGeneratorAddresses(
  port: u32,
  srcMac: u64,
  srcMacs: u32,
  dstMac: u64,
  dstMacs: u32,
  srcIp: u32,
  srcIps: u32,
  dstIp: u32,
  dstIps: u32,
): void {}
