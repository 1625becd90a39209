/** Blocks of IPv4 addresses, e.g. `10.0.0.0/16`, and how awsx divides them: pure. */

/** Addresses that share their first `bits` bits. */
export interface AddressBlock {
  /** First address. */
  readonly base: number;
  readonly bits: number;
}

/** Reads a block. Throws if it is none. */
export function parseBlock(text: string): AddressBlock {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const parts = match?.slice(1).map(Number) ?? [];
  const [a = 256, b = 256, c = 256, d = 256, bits = 33] = parts;
  if ([a, b, c, d].some((part) => part > 255) || bits > 32) throw new Error(`${text} is no block of IPv4 addresses.`);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { base: address - (address % sizeOf(bits)), bits };
}

/** Writes a block. */
export function blockText({ base, bits }: AddressBlock): string {
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${bits}`;
}

/** Whether all addresses of one block are in another. */
export function contains(outer: AddressBlock, inner: AddressBlock): boolean {
  return inner.base >= outer.base && inner.base + sizeOf(inner.bits) <= outer.base + sizeOf(outer.bits);
}

/**
 * Divides a block among zones, and each zone's part among its subnets, one after the other. pulumi/pulumi-awsx,
 * awsx/ec2/subnetDistributorNew.ts (`subnetStrategy: "Auto"`). Throws if the subnets do not fit.
 *
 * @param masks bits of each subnet of a zone; undefined for equal shares
 * @returns the blocks of each zone's subnets
 */
export function divide(block: AddressBlock, zones: number, masks: readonly (number | undefined)[]): AddressBlock[][] {
  const zoneBits = block.bits + newBits(zones);
  const sizes = masks.map((bits) => bits ?? zoneBits + newBits(masks.length));
  const needed = sizes.reduce((sum, bits) => sum + sizeOf(bits), 0);
  if (needed > sizeOf(zoneBits)) {
    throw new Error(`The subnets of a zone need ${needed} addresses, and a zone has ${sizeOf(zoneBits)}.`);
  }
  return Array.from({ length: zones }, (_, zone) => {
    let free = block.base + zone * sizeOf(zoneBits);
    return sizes.map((bits) => {
      const base = Math.ceil(free / sizeOf(bits)) * sizeOf(bits);
      free = base + sizeOf(bits);
      return { base, bits };
    });
  });
}

function newBits(count: number): number {
  return count === 0 ? 0 : Math.ceil(Math.log2(count));
}

function sizeOf(bits: number): number {
  return 2 ** (32 - bits);
}
