export { startApiServer, type ApiServer, type ApiServerOptions, type RequestRecord } from './server.ts';
export type { Fault, FaultAction } from './faults.ts';
export type { RequestSubject } from './http/messages.ts';
export type { RunningWatch } from './http/watch-handler.ts';
export { simulateAnnotation, type SimulateOptions } from './simulate/options.ts';
