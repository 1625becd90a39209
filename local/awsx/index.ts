/** Components that Pulumi's awsx provider makes, by type. */
import { makeVpc, type Register } from "./vpc";

/** Registers what a component consists of and returns its outputs. */
export type ProviderComponent = (
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  region: string,
  register: Register,
) => Promise<Readonly<Record<string, unknown>>>;

export const providerComponents: Readonly<Record<string, ProviderComponent>> = { "awsx:ec2:Vpc": makeVpc };
