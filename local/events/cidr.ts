/**
 * Blocks of IP addresses, e.g. `10.0.0.0/24` and `2001:db8::/32`.
 */
import { BlockList, isIP } from "node:net";

/** A block of addresses. */
export interface Cidr {
  readonly family: "ipv4" | "ipv6";
  readonly block: BlockList;
}

/** Reads a block; an address alone is a block of one. Undefined if the text is none. */
export function readCidr(text: string): Cidr | undefined {
  const [address, length, ...more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) return undefined;
  const longest = version === 4 ? 32 : 128;
  const bits = length === undefined ? longest : /^\d{1,3}$/.test(length) ? Number(length) : NaN;
  if (!(bits <= longest)) return undefined;
  const family = version === 4 ? "ipv4" : "ipv6";
  const block = new BlockList();
  block.addSubnet(address, bits, family);
  return { family, block };
}

/** Whether an address lies in a block of its family. */
export function cidrContains({ family, block }: Cidr, address: string): boolean {
  return isIP(address) === (family === "ipv4" ? 4 : 6) && block.check(address, family);
}
