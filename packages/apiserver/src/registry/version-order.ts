const pattern = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/;
const stability: Readonly<Record<string, number>> = { alpha: 1, beta: 2 };

/** Kubernetes' order of version names, most wanted first: `v2 v1 v2beta1 v1beta2 v1alpha1 foo`. */
export function compareVersionNames(a: string, b: string): number {
  const [left, right] = [pattern.exec(a), pattern.exec(b)];
  if (left === null || right === null) return Number(left === null) - Number(right === null) || (a < b ? -1 : 1);
  const level = (match: RegExpExecArray) => stability[match[2] ?? ''] ?? 3;
  return (
    level(right) - level(left) || Number(right[1]) - Number(left[1]) || Number(right[3] ?? 0) - Number(left[3] ?? 0)
  );
}
