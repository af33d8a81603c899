import { isRecord } from '../json.ts';

type Step = (values: readonly unknown[]) => unknown[];

/**
 * Compiles a JSON path as kubectl and CRDs use it: `.a.b`, `['a.b']`, `[0]`, `[*]`, `.*`, `[?(@.type=="Ready")]`.
 * What is missing gives no result. A path that does not parse gives none either.
 */
export function compileJsonPath(path: string): (value: unknown) => unknown[] {
  const steps = parseSteps(path.replace(/^\{(.*)\}$/, '$1'));
  return (value) => steps.reduce<unknown[]>((values, step) => step(values), [value]);
}

const stepPattern =
  /\.?\[\?\(\s*@((?:\.[\w\-/]+|\['[^']*'\])+)\s*(==|!=)?\s*("[^"]*"|'[^']*'|[\w.-]+)?\s*\)\]|\.?\[(\*|-?\d+|'[^']*'|"[^"]*")\]|\.((?:\\.|[^.[\\])+)/gy;

function parseSteps(path: string): Step[] {
  const steps: Step[] = [];
  let end = 0;
  for (const match of path.matchAll(stepPattern)) {
    end = match.index + match[0].length;
    const [, filterPath, operator, operand, index, name] = match;
    if (filterPath !== undefined) steps.push(filterStep(filterPath, operator, operand));
    else if (index !== undefined) steps.push(indexStep(index));
    else if (name !== undefined) steps.push(name === '*' ? allStep : keyStep(name.replace(/\\(.)/g, '$1')));
  }
  return end === path.length ? steps : [() => []];
}

function keyStep(key: string): Step {
  return (values) => values.flatMap((value) => (isRecord(value) && Object.hasOwn(value, key) ? [value[key]] : []));
}

function allStep(values: readonly unknown[]): unknown[] {
  return values.flatMap((value) =>
    Array.isArray(value) ? (value as unknown[]) : isRecord(value) ? Object.values(value) : [],
  );
}

function indexStep(index: string): Step {
  if (index === '*') return allStep;
  if (/^['"]/.test(index)) return keyStep(index.slice(1, -1));
  return (values) =>
    values.flatMap((value) => {
      const item: unknown = Array.isArray(value) ? value.at(Number(index)) : undefined;
      return item === undefined ? [] : [item];
    });
}

function filterStep(path: string, operator: string | undefined, operand: string | undefined): Step {
  const find = compileJsonPath(path);
  const wanted = operand?.replace(/^(['"])(.*)\1$/, '$2');
  return (values) =>
    allStep(values).filter((item) => {
      const found = find(item)[0];
      if (operator === undefined) return found !== undefined;
      return (String(found) === wanted) === (operator === '==');
    });
}
