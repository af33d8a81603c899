import { methodNotAllowed } from '../errors.ts';
import { encode, respondText } from '../represent/respond.ts';
import type { ApiResponse } from './messages.ts';
import type { PlainHandler } from './router.ts';

/** A named condition of the server's health. */
export interface HealthCheck {
  readonly name: string;
  isHealthy(): boolean;
}

/** Answers `/healthz`, `/livez` and `/readyz`, each also with the name of one check below it. */
export function healthHandler(checks: readonly HealthCheck[]): PlainHandler {
  return (request, segments) => {
    const [root = '', only] = segments;
    if (!['healthz', 'livez', 'readyz'].includes(root) || segments.length > 2) return undefined;
    const asked = only === undefined ? checks : checks.filter((check) => check.name === only);
    if (asked.length === 0) return undefined;
    return healthAnswer(root, asked, only === undefined && request.query.has('verbose'));
  };
}

function healthAnswer(root: string, checks: readonly HealthCheck[], verbose: boolean): ApiResponse {
  const results = checks.map((check) => ({ name: check.name, healthy: check.isHealthy() }));
  const lines = results.map(({ name, healthy }) =>
    healthy ? `[+]${name} ok\n` : `[-]${name} failed: reason withheld\n`,
  );
  if (results.some(({ healthy }) => !healthy)) return respondText(500, `${lines.join('')}${root} check failed\n`);
  return respondText(200, verbose ? `${lines.join('')}${root} check passed\n` : 'ok');
}

/** Answers `/version`. */
export const versionHandler: PlainHandler = (request, segments) => {
  if (segments[0] !== 'version' || segments.length !== 1) return undefined;
  if (request.method !== 'GET') throw methodNotAllowed();
  return encode(
    { format: 'json', pretty: true },
    {
      major: '1',
      minor: '36',
      emulationMajor: '1',
      emulationMinor: '36',
      minCompatibilityMajor: '1',
      minCompatibilityMinor: '35',
      gitVersion: 'v1.36.0+sluice',
      gitCommit: '',
      gitTreeState: 'clean',
      buildDate: '1970-01-01T00:00:00Z',
      goVersion: '',
      compiler: '',
      platform: `${process.platform}/${process.arch}`,
    },
  );
};
