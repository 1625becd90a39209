/**
 * What callers need of the key that encrypts the catalog. Glue documentation, "Encrypting your Data Catalog": who reads must be
 * allowed to decrypt with it, who writes also to encrypt.
 */
import { operation, type Operation, type Operations, type Permission, type Place } from "../api";
import type { Catalog } from "./catalog";

/** The operations, asking for the catalog's key, too, while it has one. */
export function withCatalogKey(operations: Operations, catalog: Catalog, place: Place): Operations {
  return Object.fromEntries(
    Object.entries(operations).map(([name, found]) => {
      const plain = found as unknown as Operation<unknown, unknown>;
      const asking = operation<unknown, unknown>({
        parse: (input) => plain.parse(input),
        permissions: async (input, call) => [
          ...(await plain.permissions(input, call)),
          ...keyPermissions(name, catalog.encryptionKey, place),
        ],
        run: (input, call) => plain.run(input, call),
      });
      return [name, asking];
    }),
  );
}

function keyPermissions(name: string, key: string | undefined, { account, region }: Place): Permission[] {
  if (key === undefined) return [];
  const context = { "kms:ViaService": `glue.${region}.amazonaws.com`, "kms:CallerAccount": account };
  const writes = /^(Batch)?(Create|Update)/.test(name);
  const actions = ["kms:Decrypt", ...(writes ? ["kms:Encrypt", "kms:GenerateDataKey"] : [])];
  return actions.map((action) => ({ action, resource: key, context }));
}
