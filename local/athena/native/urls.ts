/**
 * Trino: "URL functions". Its URLs are those of java.net.URI, which refuses what RFC 2396 does.
 */

const PARTS = /^(?:([A-Za-z][\w+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
const HOST = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/;

type Part = "protocol" | "host" | "port" | "path" | "query" | "fragment";

function partsOf(url: string): Readonly<Record<Part, string | undefined>> | undefined {
  if (/[\s<>"{}|\\^`\p{Cc}\p{Z}]|%(?![0-9A-Fa-f]{2})/u.test(url)) return undefined;
  const found = PARTS.exec(url);
  if (!found) return undefined;
  const [, protocol, authority, path, query, fragment] = found;
  // A colon before any slash ends a protocol, and something has to come after it.
  if (protocol === undefined && authority === undefined && /^[^/]*:/.test(path)) return undefined;
  if (protocol !== undefined && authority === undefined && path === "") return undefined;
  // `mailto:x` has no parts besides.
  const opaque = protocol !== undefined && authority === undefined && !path.startsWith("/");
  const [, host, port] = HOST.exec(authority ?? "") ?? [];
  return {
    protocol,
    host: host || undefined,
    port: port || undefined,
    path: opaque ? "" : path,
    query: opaque ? undefined : query,
    fragment,
  };
}

/** A part of a URL: NULL if the text is no URL, empty if it has no such part (but a port is NULL then). */
export function urlPart(url: string, part: string): string | null {
  const parts = partsOf(url);
  if (!parts) return null;
  const value = parts[part as Part];
  if (value === undefined) return part === "port" ? null : "";
  return ["path", "query", "fragment"].includes(part) ? unescaped(value) : value;
}

function unescaped(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
    Buffer.from(escapes.replaceAll("%", ""), "hex").toString("utf8"),
  );
}

/** The first value of a parameter, NULL if there is none. */
export function urlParameter(url: string, name: string): string | null {
  const query = partsOf(url)?.query;
  if (query === undefined) return null;
  for (const pair of query.split("&")) {
    const [key, ...rest] = pair.split("=");
    if (unescaped(key) === name) return unescaped(rest.join("=").replaceAll("+", " "));
  }
  return null;
}

/** As forms are encoded: a blank is `+`. */
export function urlEncode(text: string): string {
  const bytes = [...Buffer.from(text, "utf8")];
  const escape = (byte: number): string => {
    const letter = String.fromCharCode(byte);
    if (/[A-Za-z0-9_.*-]/.test(letter)) return letter;
    return letter === " " ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  };
  return bytes.map(escape).join("");
}

export function urlDecode(text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) {
    throw new Error("INVALID_FUNCTION_ARGUMENT: URLDecoder: Illegal hex characters in escape (%) pattern");
  }
  return unescaped(text.replaceAll("+", " "));
}
