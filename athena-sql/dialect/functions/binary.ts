/**
 * Trino: "Binary functions and operators".
 */
import type { FunctionTable } from "../functions";

export const binaryFunctions: FunctionTable = {
  "to_hex(varbinary) varchar": "hex($1)",
  "from_hex(varchar) varbinary": "unhex($1)",
  "to_utf8(varchar) varbinary": "encode($1)",
  "from_utf8(varbinary) varchar": "decode($1)",
  "md5(varbinary) varbinary": "unhex(md5($1))",
  "sha1(varbinary) varbinary": "unhex(sha1($1))",
  "sha256(varbinary) varbinary": "unhex(sha256($1))",
  "to_base64(varbinary) varchar": "to_base64($1)",
  "from_base64(varchar) varbinary": "from_base64($1)",
  "length(varbinary) bigint": "octet_length($1)",
};
