/** Any new value asks for a reconcile. It need not be a time. */
export const requestedAtAnnotation = 'reconcile.fluxcd.io/requestedAt';
export const fluxFinalizer = 'finalizers.fluxcd.io';
