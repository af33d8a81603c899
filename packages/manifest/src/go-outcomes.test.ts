import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expandAliases, parseDocument, stringify, toBuildData, toData, toJson } from './index.ts';

interface Outcome {
  readonly text: string;
  readonly json?: string;
  readonly jsonError?: string;
  readonly build?: string;
  readonly buildError?: string;
}

const file = join(import.meta.dirname, 'go-outcomes.json');
const { groups } = JSON.parse(readFileSync(file, 'utf8')) as { groups: Record<string, Outcome[]> };

// The groups are named after the numbered cases of the YAML specification, those of 16.2 after the engine's.
describe.each(Object.entries(groups))('%s', (_, outcomes) => {
  test('gives the same JSON or error', () => {
    const differences = outcomes
      .filter(({ json, jsonError }) => json !== undefined || jsonError !== undefined)
      .map(({ text, json, jsonError }) => ({ text, want: jsonError ?? JSON.parse(json!), got: jsonOf(text) }))
      .filter(({ want, got }) => JSON.stringify(want) !== JSON.stringify(got));
    expect(differences).toEqual([]);
  });

  test('gives the same build output or error', () => {
    const differences = outcomes
      .filter(({ build, buildError }) => build !== undefined || buildError !== undefined)
      .map(({ text, build, buildError }) => ({ text, want: buildError ?? build, got: buildOf(text) }))
      .filter(({ want, got }) => want !== got);
    expect(differences).toEqual([]);
  });
});

function jsonOf(text: string): unknown {
  return outcomeOf(() => JSON.parse(toJson(toData(parseDocument(text, { setting: 'json' })))));
}

function buildOf(text: string): unknown {
  return outcomeOf(() => stringify(toBuildData(expandAliases(parseDocument(text).root!))));
}

/** The answer, or the text of the error that is one of ours. */
function outcomeOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && error.name === 'YamlError') return error.message;
    throw error;
  }
}
