/**
 * Temporary credentials: which access key stands for which role.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { AwsError, type Attachment, type Caller, type Place } from "../api";
import { Document } from "../document";
import type { Actor } from "../faults/actor";

/** Credentials as a process is given them. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const session = z.object({
  roleArn: z.string(),
  sessionName: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string(),
  /** When the credentials end; those of functions do not. */
  expiration: z.iso.datetime().optional(),
});
type Session = z.infer<typeof session>;

/** Credentials lent to a process. */
interface Lent {
  readonly roleArn: string;
  readonly secretAccessKey: string;
  readonly actor: () => Actor | undefined;
  readonly attachment?: Attachment;
}

/** Keys issued here begin so: no real key does, so a forgotten one of ours is never taken for the owner's. */
const keyPrefix = "ASIALOCAL";

/** Issues credentials of roles and finds the caller behind an access key. State: `<folder>/sessions.json`. */
export class RoleSessions {
  private readonly sessions: Document<Record<string, Session>>;
  /** Credentials lent to processes, which this one outlives. */
  private readonly lent = new Map<string, Lent>();
  private readonly ended = new Set<string>();

  constructor(
    folder: string,
    private readonly place: Place,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.sessions = new Document(
      join(folder, "sessions.json"),
      (stored) => z.record(z.string(), session).parse(stored),
      {},
    );
  }

  /** Lasting credentials of a role, e.g. for a function's processes: the same ones each time. */
  credentialsFor(roleArn: string): SessionCredentials {
    const found = Object.entries(this.sessions.value).find(([, s]) => s.roleArn === roleArn && !s.expiration);
    return found ? credentials(...found) : this.issue(roleArn, "service");
  }

  /** Credentials of a role until they are ended, or this process ends; `actor` tells whose calls those signed with them are. */
  lend(roleArn: string, actor: () => Actor | undefined, attachment?: Attachment): SessionCredentials & { end(): void } {
    const accessKeyId = newKey();
    const session = {
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(48).toString("base64"),
    };
    this.lent.set(accessKeyId, { roleArn, secretAccessKey: session.secretAccessKey, actor, attachment });
    const end = () => {
      this.lent.delete(accessKeyId);
      this.ended.add(accessKeyId);
    };
    return { accessKeyId, ...session, end };
  }

  /** The secret of an access key that was issued or lent here. */
  secretOf(accessKeyId: string): string | undefined {
    const issued = this.sessions.value[accessKeyId] as Session | undefined;
    return this.lent.get(accessKeyId)?.secretAccessKey ?? issued?.secretAccessKey;
  }

  /** Whether an access key was lent, and whoever had it is at an end. */
  hasEnded(accessKeyId: string): boolean {
    return this.ended.has(accessKeyId) || (this.lent.get(accessKeyId)?.actor()?.ended ?? false);
  }

  /** New credentials of a role; `seconds` is how long they last, forever when left out. */
  issue(roleArn: string, sessionName: string, seconds?: number): SessionCredentials & { expiration?: Date } {
    const accessKeyId = newKey();
    const expiration = seconds === undefined ? undefined : new Date(this.now().getTime() + seconds * 1000);
    const issued: Session = {
      roleArn,
      sessionName,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(48).toString("base64"),
      ...(expiration && { expiration: expiration.toISOString() }),
    };
    this.sessions.update((all) => ({ ...this.lasting(all), [accessKeyId]: issued }));
    return { ...credentials(accessKeyId, issued), ...(expiration && { expiration }) };
  }

  /**
   * The caller behind an access key: the role it was issued for, and the account's owner for any key not issued here.
   * Throws `ExpiredTokenException`, and `UnrecognizedClientException` for a key of an earlier runtime.
   */
  callerOf(accessKeyId: string): Caller {
    const lent = this.lent.get(accessKeyId);
    if (lent) {
      const actor = lent.actor();
      const { roleArn: principalArn, attachment } = lent;
      return { principalArn, ...(actor && { actor }), ...(attachment && { attachment }) };
    }
    const found = this.sessions.value[accessKeyId];
    if (!found) {
      if (accessKeyId.startsWith(keyPrefix)) {
        const message = `The access key ${accessKeyId} belongs to no session of this runtime.`;
        throw new AwsError("UnrecognizedClientException", message, 403);
      }
      return { principalArn: `arn:aws:iam::${this.place.account}:root` };
    }
    if (found.expiration && found.expiration <= this.now().toISOString()) {
      const message = `The session of ${found.roleArn} ended at ${found.expiration}.`;
      throw new AwsError("ExpiredTokenException", message, 403);
    }
    return { principalArn: found.roleArn };
  }

  private lasting(all: Record<string, Session>): Record<string, Session> {
    const dayAgo = new Date(this.now().getTime() - 86_400_000).toISOString();
    return Object.fromEntries(Object.entries(all).filter(([, s]) => !s.expiration || s.expiration > dayAgo));
  }
}

function newKey(): string {
  return keyPrefix + randomBytes(6).toString("hex").toUpperCase().slice(0, 11);
}

function credentials(accessKeyId: string, { secretAccessKey, sessionToken }: Session): SessionCredentials {
  return { accessKeyId, secretAccessKey, sessionToken };
}
