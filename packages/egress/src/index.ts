export { isCertificate, isKeyPair } from './certificates.ts';
export { proxyFromEnvironment } from './environment.ts';
export { EgressError, type EgressFailure } from './error.ts';
export {
  createConnections,
  readBody,
  readChunks,
  sendRequest,
  type Connections,
  type HttpOptions,
  type HttpRequest,
  type Tls,
} from './http.ts';
export { createEgressPolicy, isPrivateLiteral, type EgressPolicy } from './policy.ts';
export { type Proxy } from './proxy.ts';
