/** The runtime's public surface: what programs and tests outside of this room may rely on. */
export { evaluateProgram, ProgramError, type ProgramOptions } from "./evaluate";
export type { ArchiveFolder, AssetContent, Resource, ResourceGraph } from "./graph";
export { Runtime } from "./runtime";
export type { RuntimeOptions } from "./runtime-options";
export { DeploymentError, type DeploymentCounts } from "./deploy";
export type { Deployer } from "./iam/deployer";
export type { FaultKind, FaultMoment, FaultPlan, NamedFault } from "./faults/plan";
export type { Faults } from "./faults/faults";
export type { JournalEntry } from "./journal";
export { InProcessFunction, type Handler, type InvocationContext } from "./lambda/in-process-function";
export type { FunctionProcess, ProcessTarget, StartProcess } from "./lambda/function-process";
export { AwsError, ConnectionLost, operation } from "./api";
export type { Api, Call, Caller, Operation, Operations, Permission, Place, ServiceName } from "./api";
export type { AddedService, Service, ServiceWorld } from "./service";
