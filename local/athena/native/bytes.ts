/**
 * Trino: "Binary functions", as far as DuckDB has none.
 */
import { createHash, createHmac } from "node:crypto";
import { crc32 } from "node:zlib";

export const sha512 = (value: Uint8Array): Uint8Array => createHash("sha512").update(value).digest();

export const hmac = (value: Uint8Array, key: Uint8Array, algorithm: string): Uint8Array =>
  createHmac(algorithm, key).update(value).digest();

export const checksum = (value: Uint8Array): bigint => BigInt(crc32(Buffer.from(value)));

/** Text of UTF-8, `�` for what is none. */
export const fromUtf8 = (value: Uint8Array): string => Buffer.from(value).toString("utf8");

/** Java's decoder takes texts without padding, and refuses other letters. */
export function fromBase64(text: string, alphabet: string): Uint8Array {
  const url = alphabet === "url";
  const valid = url ? /^[A-Za-z0-9_-]*={0,2}$/ : /^[A-Za-z0-9+/]*={0,2}$/;
  const letters = text.replace(/=+$/, "").length;
  if (!valid.test(text) || letters % 4 === 1)
    throw new Error(`INVALID_FUNCTION_ARGUMENT: Illegal base64 text: ${text}`);
  return Buffer.from(text, url ? "base64url" : "base64");
}

export const toBase64Url = (value: Uint8Array): string => {
  const text = Buffer.from(value).toString("base64url");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
};

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export function toBase32(value: Uint8Array): string {
  const bits = [...value].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[parseInt(five.padEnd(5, "0"), 2)]);
  return letters.join("").padEnd(Math.ceil(letters.length / 8) * 8, "=");
}

export function fromBase32(text: string): Uint8Array {
  const bits = [...text.replace(/=+$/, "")].map((letter) => {
    const value = BASE32.indexOf(letter);
    if (value < 0) throw new Error(`INVALID_FUNCTION_ARGUMENT: Invalid input: ${text}`);
    return value.toString(2).padStart(5, "0");
  });
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes.map((byte) => parseInt(byte, 2)));
}

const MASK = (1n << 64n) - 1n;
const [P1, P2, P3, P4, P5] = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
];
const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & MASK;
const round = (sum: bigint, input: bigint): bigint => (rotate((sum + input * P2) & MASK, 31n) * P1) & MASK;

/** XXH64 with seed 0, big-endian. */
export function xxhash64(value: Uint8Array): Uint8Array {
  const data = Buffer.from(value);
  let offset = 0;
  let hash: bigint;
  if (data.length >= 32) {
    let sums = [(P1 + P2) & MASK, P2, 0n, -P1 & MASK];
    for (; offset + 32 <= data.length; offset += 32) {
      sums = sums.map((sum, i) => round(sum, data.readBigUInt64LE(offset + i * 8)));
    }
    hash = [1n, 7n, 12n, 18n].reduce((total, by, i) => (total + rotate(sums[i], by)) & MASK, 0n);
    for (const sum of sums) hash = ((hash ^ round(0n, sum)) * P1 + P4) & MASK;
  } else hash = P5;
  hash = (hash + BigInt(data.length)) & MASK;
  for (; offset + 8 <= data.length; offset += 8) {
    hash = (rotate(hash ^ round(0n, data.readBigUInt64LE(offset)), 27n) * P1 + P4) & MASK;
  }
  for (; offset + 4 <= data.length; offset += 4) {
    hash = (rotate(hash ^ ((BigInt(data.readUInt32LE(offset)) * P1) & MASK), 23n) * P2 + P3) & MASK;
  }
  for (; offset < data.length; offset++) hash = (rotate(hash ^ ((BigInt(data[offset]) * P5) & MASK), 11n) * P1) & MASK;
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
  const result = Buffer.alloc(8);
  result.writeBigUInt64BE(hash ^ (hash >> 32n));
  return result;
}

/** The bits of a floating-point number, of 4 or 8 bytes, from its text. */
export function toIeee754(text: string, size: bigint): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(Number(size)));
  const value = Number(text.replace("inf", "Infinity"));
  if (size === 4n) bytes.setFloat32(0, value);
  else bytes.setFloat64(0, value);
  return new Uint8Array(bytes.buffer);
}

function ofSize(bytes: Uint8Array, size: number, what: string): DataView {
  if (bytes.length !== size) {
    throw new Error(`INVALID_FUNCTION_ARGUMENT: Input ${what} must contain exactly ${size} bytes`);
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A floating-point number's text from its 4 or 8 bytes. */
export function fromIeee754(bytes: Uint8Array, size: bigint): string {
  const view = ofSize(bytes, Number(size), "floating-point value");
  return String(size === 4n ? view.getFloat32(0) : view.getFloat64(0));
}

export function fromBigEndian(bytes: Uint8Array, size: bigint): bigint {
  const view = ofSize(bytes, Number(size), "value");
  return size === 4n ? BigInt(view.getInt32(0)) : view.getBigInt64(0);
}
