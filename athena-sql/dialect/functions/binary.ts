/**
 * Trino: "Binary functions and operators".
 */
import type { FunctionTable } from "./definition";

// Longer ones would fill the memory of the machine before anything could stop them.
const LONGEST = 50_000_000;
const paddedBytes = (name: string): string =>
  `(CASE WHEN $2 < 0 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647]') AS BLOB) ` +
  `WHEN octet_length($3) = 0 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Padding bytes must not be empty') AS BLOB) ` +
  `WHEN $2 > ${LONGEST} THEN CAST(trino_fail('NOT_SUPPORTED: The local runtime does not run ${name} to more than ${LONGEST} bytes.') AS BLOB) ` +
  `ELSE unhex(${name}(hex($1), CAST($2 * 2 AS INTEGER), hex($3))) END)`;

export const binaryFunctions: FunctionTable = {
  "to_hex(varbinary) varchar": "hex($1)",
  "from_hex(varchar) varbinary":
    "(CASE WHEN regexp_full_match($1, '([0-9A-Fa-f]{2})*') THEN unhex($1) WHEN $1 IS NULL THEN NULL ELSE CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: not a valid hexadecimal text: ' || $1) AS BLOB) END)",
  "to_utf8(varchar) varbinary": "encode($1)",
  "from_utf8(varbinary) varchar": "coalesce(TRY(decode($1)), trino_from_utf8($1))",
  "md5(varbinary) varbinary": "unhex(md5($1))",
  "sha1(varbinary) varbinary": "unhex(sha1($1))",
  "sha256(varbinary) varbinary": "unhex(sha256($1))",
  "sha512(varbinary) varbinary": "trino_sha512($1)",
  "hmac_md5(varbinary, varbinary) varbinary": "trino_hmac($1, $2, 'md5')",
  "hmac_sha1(varbinary, varbinary) varbinary": "trino_hmac($1, $2, 'sha1')",
  "hmac_sha256(varbinary, varbinary) varbinary": "trino_hmac($1, $2, 'sha256')",
  "hmac_sha512(varbinary, varbinary) varbinary": "trino_hmac($1, $2, 'sha512')",
  "xxhash64(varbinary) varbinary": "trino_xxhash64($1)",
  "crc32(varbinary) bigint": "trino_crc32($1)",
  "to_base64(varbinary) varchar": "to_base64($1)",
  "from_base64(varchar) varbinary": "trino_from_base64($1, 'plain')",
  "to_base64url(varbinary) varchar": "trino_to_base64url($1)",
  "from_base64url(varchar) varbinary": "trino_from_base64($1, 'url')",
  "to_base32(varbinary) varchar": "trino_to_base32($1)",
  "from_base32(varchar) varbinary": "trino_from_base32($1)",
  "length(varbinary) bigint": "octet_length($1)",
  "substr(varbinary, bigint) varbinary":
    "unhex(trino_substr(hex($1), CASE WHEN $2 > 0 THEN $2 * 2 - 1 ELSE $2 * 2 END, 2147483647))",
  "substr(varbinary, bigint, bigint) varbinary":
    "unhex(trino_substr(hex($1), CASE WHEN $2 > 0 THEN $2 * 2 - 1 ELSE $2 * 2 END, $3 * 2))",
  "reverse(varbinary) varbinary": "unhex(array_to_string(list_reverse(regexp_extract_all(hex($1), '..')), ''))",
  "lpad(varbinary, bigint, varbinary) varbinary": paddedBytes("lpad"),
  "rpad(varbinary, bigint, varbinary) varbinary": paddedBytes("rpad"),
  "to_ieee754_32(real) varbinary": "trino_to_ieee754(CAST($1 AS VARCHAR), 4)",
  "to_ieee754_64(double) varbinary": "trino_to_ieee754(CAST($1 AS VARCHAR), 8)",
  "from_ieee754_32(varbinary) real": "CAST(trino_from_ieee754($1, 4) AS FLOAT)",
  "from_ieee754_64(varbinary) double": "CAST(trino_from_ieee754($1, 8) AS DOUBLE)",
  "from_big_endian_32(varbinary) integer": "CAST(trino_from_big_endian($1, 4) AS INTEGER)",
  "from_big_endian_64(varbinary) bigint": "trino_from_big_endian($1, 8)",
  "to_big_endian_32(integer) varbinary":
    "unhex(format('{:08x}', CASE WHEN $1 < 0 THEN CAST($1 AS BIGINT) + 4294967296 ELSE CAST($1 AS BIGINT) END))",
  "to_big_endian_64(bigint) varbinary":
    "unhex(format('{:016x}', CASE WHEN $1 < 0 THEN CAST($1 AS HUGEINT) + 18446744073709551616::HUGEINT ELSE CAST($1 AS HUGEINT) END))",
};
