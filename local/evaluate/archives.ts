/**
 * Assets and archives of a program, on disk: a function's code becomes a folder of plain files, named by its content, so
 * that the same code is written once however many functions and evaluations share it.
 */
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import { specialArchiveSig, specialSigKey } from "@pulumi/pulumi/runtime";
import { z } from "zod";
import type { ArchiveFolder, AssetContent } from "../graph";

/** An asset as Pulumi puts it on the wire: its text, or the path of a file relative to the program. */
const wireAsset = z.object({ text: z.string().optional(), path: z.string().optional(), uri: z.string().optional() });

/** An archive as Pulumi puts it on the wire: named parts, or the path of a folder. */
const wireArchive = z.object({
  assets: z.record(z.string(), z.looseObject({})).optional(),
  path: z.string().optional(),
  uri: z.string().optional(),
});

/** One file or folder of an archive, by its path in it. */
type Part = { readonly text: string } | { readonly file: string } | { readonly folder: string };

/** The content of an asset, whose path is relative to `base`. Throws if it is remote, missing or not text. */
export function readAsset(asset: unknown, base: string): AssetContent {
  const { text, path, uri } = wireAsset.parse(asset);
  if (uri) throw new Error(`The asset ${uri} is remote; the local runtime reads files and strings only.`);
  if (path === undefined) return { kind: "asset", text: text ?? "" };
  const bytes = readFileSync(resolve(base, path));
  const content = bytes.toString("utf8");
  if (!Buffer.from(content, "utf8").equals(bytes)) {
    throw new Error(`The asset ${path} is not text in UTF-8; upload binary data with an S3 client instead.`);
  }
  return { kind: "asset", text: content };
}

/**
 * Writes an archive, whose paths are relative to `base`, as a folder under `folder`, unless the same content is there already.
 * Throws if a part is remote, missing, or packed in a file.
 */
export function writeArchive(archive: unknown, folder: string, base: string): ArchiveFolder {
  const parts = new Map<string, Part>();
  collect(archive, "", base, parts);
  const target = join(folder, fingerprintOf(parts));
  if (!existsSync(target)) {
    const scratch = `${target}.${process.pid}.tmp`;
    mkdirSync(scratch, { recursive: true });
    for (const [path, part] of parts) {
      const destination = join(scratch, path);
      mkdirSync(dirname(destination), { recursive: true });
      if ("text" in part) writeFileSync(destination, part.text);
      else cpSync("file" in part ? part.file : part.folder, destination, { recursive: true, dereference: true });
    }
    try {
      renameSync(scratch, target);
    } catch (error) {
      rmSync(scratch, { recursive: true, force: true });
      // Another process may have written the same content in the meantime; then all is well.
      if (!existsSync(target)) throw error;
    }
  }
  return { kind: "archive-folder", path: target };
}

function collect(archive: unknown, at: string, base: string, parts: Map<string, Part>): void {
  const { assets, path, uri } = wireArchive.parse(archive);
  if (uri) throw new Error(`The archive ${uri} is remote; the local runtime reads folders only.`);
  if (path !== undefined) {
    const source = resolve(base, path);
    if (!existsSync(source)) throw new Error(`The archive ${path} does not exist.`);
    if (statSync(source).isDirectory()) parts.set(at, { folder: source });
    else if (/\.(zip|tar|tgz|tar\.gz|jar)$/.test(source)) {
      throw new Error(`The archive ${path} is packed; give its folder instead.`);
    } else parts.set(at, { file: source });
    return;
  }
  for (const [name, part] of Object.entries(assets ?? {})) {
    const inside = posix.join(at, withinArchive(name));
    if (part[specialSigKey] === specialArchiveSig) {
      collect(part, inside, base, parts);
      continue;
    }
    const asset = wireAsset.parse(part);
    if (asset.uri) throw new Error(`The asset ${asset.uri} is remote; the local runtime reads files and strings only.`);
    parts.set(inside, asset.path === undefined ? { text: asset.text ?? "" } : { file: resolve(base, asset.path) });
  }
}

/** Packages found above the program's folder come as `../node_modules/x`; in the archive they stand beside the code. */
function withinArchive(name: string): string {
  return posix.normalize(name).replace(/^(\.\.\/)+/, "");
}

function fingerprintOf(parts: ReadonlyMap<string, Part>): string {
  const hash = createHash("sha256");
  for (const [path, part] of [...parts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0`);
    if ("text" in part) hash.update(part.text);
    else if ("file" in part) hash.update(readFileSync(part.file));
    else hash.update(folderFingerprint(part.folder));
    hash.update("\0");
  }
  return hash.digest("hex").slice(0, 32);
}

/** Folders are installed packages, shared by all functions of a program: each is looked at once. */
const folderFingerprints = new Map<string, string>();

function folderFingerprint(folder: string): string {
  const known = folderFingerprints.get(folder);
  if (known) return known;
  const hash = createHash("sha256");
  const walk = (path: string, inside: string) => {
    const stats = statSync(path);
    if (!stats.isDirectory()) {
      hash.update(`${inside}\0${stats.size}\0${stats.mtimeMs}\0`);
      return;
    }
    for (const name of readdirSync(path).sort()) walk(join(path, name), posix.join(inside, name));
  };
  walk(folder, "");
  const fingerprint = hash.digest("hex");
  folderFingerprints.set(folder, fingerprint);
  return fingerprint;
}
