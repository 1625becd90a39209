/** The real local S3 and catalog, called directly and by nobody in particular: what races are about. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { GlueClient } from "@aws-sdk/client-glue";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { Api, type Authorize } from "../../local/api";
import { Catalog } from "../../local/glue/catalog";
import { glueOperations } from "../../local/glue/operations";
import { Journal } from "../../local/journal";
import { s3Operations } from "../../local/s3/operations";
import { S3Store } from "../../local/s3/store";
import { StateMachines } from "../../local/states/machines";
import { statesOperations } from "../../local/states/operations";
import { Clock } from "./clock";
import { send, type Command } from "./direct-client";
import type { Gate } from "./interleavings";
import { scratchFolder } from "./scratch";

/** Bucket of everything. */
export const bucket = "data";

/** A table by date and one that is replaced as a whole, each with the table of all its runs. */
const tables = ["dated", "dated__runs", "whole", "whole__runs"];

/** Clients whose calls pass a gate. */
export interface Clients {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly sfn: SFNClient;
}

/** Storage in a folder of its own. */
export class LocalStorage {
  readonly clock = new Clock();
  readonly store: S3Store;
  readonly catalog: Catalog;
  readonly machines: StateMachines;
  private readonly api: Api;
  private readonly folder = scratchFolder();

  /** @param authorize default: everything is allowed */
  constructor(authorize: Authorize = () => undefined) {
    const place = { account: "111122223333", region: "us-east-1" };
    this.api = new Api(authorize);
    this.store = new S3Store(join(this.folder, "s3"), this.clock.now);
    this.catalog = new Catalog(join(this.folder, "glue"), place.account, this.clock.now);
    const context = { store: this.store, place, now: this.clock.now, onEvent: () => undefined };
    this.api.register("s3", s3Operations(context));
    this.api.register("glue", glueOperations(this.catalog, place));
    this.machines = new StateMachines(join(this.folder, "states"), {
      place,
      api: this.api,
      journal: new Journal(),
      now: this.clock.now,
    });
    this.api.register("states", statesOperations(this.machines, place));
    this.store.createBucket(bucket);
    this.catalog.putDatabase({ Name: "db" });
    this.createTables();
  }

  async close(): Promise<void> {
    await this.machines.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Removes all objects and partitions. */
  async empty(): Promise<void> {
    await this.store.emptyBucket(bucket);
    for (const table of tables) this.catalog.deleteTable("db", table);
    this.createTables();
  }

  /** Clients whose calls pass `gate`. */
  clients(gate: Gate = (call) => call()): Clients {
    const client = (service: "s3" | "glue" | "states") => ({
      send: (command: Command) => gate(() => send(this.api, service, command, { principalArn: "test" })),
    });
    return {
      s3: client("s3") as unknown as S3Client,
      glue: client("glue") as unknown as GlueClient,
      sfn: client("states") as unknown as SFNClient,
    };
  }

  /** Writes an object. */
  async put(key: string, body: string | Buffer = ""): Promise<void> {
    await this.clients().s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  }

  /** The text of an object; undefined if there is none. */
  async text(key: string): Promise<string | undefined> {
    const object = await this.store.find(bucket, key);
    if (!object) return undefined;
    const chunks: Buffer[] = [];
    for await (const chunk of this.store.read(bucket, object)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
  }

  /** Run that is published for the date of `dated`, or in `whole`. */
  published(table: "dated" | "whole", date: string): string | undefined {
    const found =
      table === "dated"
        ? this.catalog.getPartition("db", "dated", [date])?.Parameters
        : this.catalog.getTable("db", "whole").Parameters;
    return (found as Record<string, string> | undefined)?.["tributary.run"];
  }

  private createTables(): void {
    const StorageDescriptor = { Columns: [{ Name: "id", Type: "int" }] };
    for (const Name of tables) {
      const root = `s3://${bucket}/db/${Name.replace("__runs", "")}/`;
      const keys = [
        ...(Name.startsWith("dated") ? [{ Name: "exec_date", Type: "date" }] : []),
        ...(Name.endsWith("__runs") ? [{ Name: "run", Type: "string" }] : []),
      ];
      this.catalog.putTable("db", {
        Name,
        TableType: "EXTERNAL_TABLE",
        Parameters: { "tributary.root": root },
        PartitionKeys: keys,
        StorageDescriptor: { ...StorageDescriptor, Location: root },
      });
    }
  }
}
