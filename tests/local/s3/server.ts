/** A local S3 with a client of its own, for the tests of S3. */
import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { PutObjectCommandInput, PutObjectCommandOutput } from "@aws-sdk/client-s3";
import { Api, type Permission } from "../../../local/api";
import type { ObjectEvent } from "../../../local/s3/events";
import { s3Operations } from "../../../local/s3/operations";
import { serveS3 } from "../../../local/s3/rest";
import { noSigning, type Signing } from "../../../local/s3/signing";
import { S3Store } from "../../../local/s3/store";

const place = { account: "111122223333", region: "us-east-1" };
const owner = { principalArn: "arn:aws:iam::111122223333:root" };

/** The bucket that each server has. */
export const Bucket = "lake";

/** A served store. */
export class S3Server {
  readonly folder = mkdtempSync(join(tmpdir(), "tributary-s3-"));
  readonly store: S3Store;
  readonly events: ObjectEvent[] = [];
  /** Permissions that were asked for. */
  readonly asked: Permission[] = [];
  /** The clock that objects are stamped with. */
  now: () => Date = () => new Date();
  /** The secrets that signed URLs and forms are checked with. */
  signing: Signing = noSigning;
  private server: Server | undefined;
  private opened: S3Client | undefined;

  constructor() {
    this.store = new S3Store(this.folder, () => this.now());
  }

  /** Starts serving and creates the bucket. */
  async open(): Promise<void> {
    const api = new Api((_caller, permission) => void this.asked.push(permission));
    const { store } = this;
    api.register(
      "s3",
      s3Operations({ store, place, onEvent: (event) => this.events.push(event), now: () => this.now() }),
    );
    const server = createServer((request, response) => void serveS3(request, response, api, owner, this.signing));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.opened = new S3Client({
      endpoint: `http://127.0.0.1:${this.port}`,
      region: place.region,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
    await this.client.send(new CreateBucketCommand({ Bucket }));
  }

  get port(): number {
    return (this.server?.address() as AddressInfo).port;
  }

  get client(): S3Client {
    if (!this.opened) throw new Error("The server is not open.");
    return this.opened;
  }

  close(): void {
    this.opened?.destroy();
    this.server?.closeAllConnections();
    this.server?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Forgets objects, versions, events and what was asked for. */
  async reset(): Promise<void> {
    await this.store.emptyBucket(Bucket);
    this.events.length = 0;
    this.asked.length = 0;
  }

  put(
    Key: string,
    Body: PutObjectCommandInput["Body"] = "x",
    more: Partial<PutObjectCommandInput> = {},
  ): Promise<PutObjectCommandOutput> {
    return this.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  }

  async text(Key: string, more: object = {}): Promise<string> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
    return (await Body?.transformToString()) ?? "";
  }
}

/** The error that a call ends with. */
export async function errorOf(work: Promise<unknown>): Promise<{ name: string; status?: number }> {
  try {
    await work;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return { name, status: $metadata?.httpStatusCode };
  }
  return { name: "no error" };
}
