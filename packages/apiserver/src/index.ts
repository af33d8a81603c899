export { startApiServer, type ApiServer, type ApiServerOptions, type RequestRecord } from './server.ts';
export type { RunningWatch } from './http/watch-handler.ts';
