/** How the cluster behind the API behaves. */
export interface SimulateOptions {
  /** `off` leaves objects as they are written. Default `fast`: everything happens at once. */
  readonly mode?: 'fast' | 'off';
  /** Simulated nodes (default 1). */
  readonly nodes?: number;
  /** From a pod's start to its readiness, in milliseconds (default 0). */
  readonly podReadyMs?: number;
  /** Images that cannot be pulled (default: `*:broken`, `*:does-not-exist`, and everything from a host in `.invalid`). */
  readonly brokenImage?: (image: string) => boolean;
  /** What progress deadlines and Job deadlines are multiplied by (default 1). */
  readonly deadlineScale?: number;
}

export interface SimulationSettings {
  readonly nodeNames: readonly string[];
  readonly podReadyMs: number;
  readonly brokenImage: (image: string) => boolean;
  readonly deadlineScale: number;
}

export function settingsOf(options: SimulateOptions): SimulationSettings {
  const count = options.nodes ?? 1;
  return {
    nodeNames: Array.from({ length: count }, (_, i) => (i === 0 ? 'sluice-local' : `sluice-local-${i + 1}`)),
    podReadyMs: options.podReadyMs ?? 0,
    brokenImage: options.brokenImage ?? isBrokenImage,
    deadlineScale: options.deadlineScale ?? 1,
  };
}

function isBrokenImage(image: string): boolean {
  return /:(broken|does-not-exist)$/.test(image) || /^[^/]*\.invalid(:\d+)?\//.test(image);
}

/** The annotation that makes one object behave otherwise: on the object, or on a pod template for its pods. */
export const simulateAnnotation = 'local.sluice.dev/simulate';
