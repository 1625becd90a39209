/**
 * What deploying a resource acts on.
 */
import { AwsError, type ServiceName } from "../api";
import type { Authorizer } from "../iam/authorizer";
import type { LocalServices } from "../local-services";

/** Calls of AWS operations as the account's owner. */
export interface OwnerCalls {
  /** Makes a call; throws its {@link AwsError}. */
  (service: ServiceName, operation: string, input: unknown): Promise<unknown>;
  /** Whether a call that reads something finds it. */
  finds(service: ServiceName, operation: string, input: unknown): Promise<boolean>;
  /** Makes a call that deletes something, which may be gone already. */
  unlessGone(service: ServiceName, operation: string, input: unknown): Promise<void>;
}

/** What a resource type's `deploy` may use. */
export type Services = Omit<LocalServices, "close" | "resume" | "all"> & {
  readonly call: OwnerCalls;
  readonly authorizer: Authorizer;
};

/** How services judge what is to be deployed, without deploying it: each throws an error that says what is wrong. */
export interface Checks {
  stateMachine(definition: string): void;
  eventPattern(pattern: string): void;
  schedule(expression: string, timezone: string): void;
}

/** Error names by which services say that something is not there. */
const GONE = /NotFound|NoSuch|DoesNotExist|NonExistent/;

/** Makes {@link OwnerCalls} of a plain call. */
export function ownerCalls(
  plain: (service: ServiceName, operation: string, input: unknown) => Promise<unknown>,
): OwnerCalls {
  const found = async (...call: [ServiceName, string, unknown]) => {
    try {
      await plain(...call);
      return true;
    } catch (error) {
      if (error instanceof AwsError && GONE.test(error.code)) return false;
      throw error;
    }
  };
  return Object.assign(plain, {
    finds: found,
    unlessGone: async (...call: [ServiceName, string, unknown]) => void (await found(...call)),
  });
}
