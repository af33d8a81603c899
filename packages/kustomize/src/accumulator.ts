import { emptyConfig, mergeConfigs, type TransformerConfig } from './config/transformer-config.ts';
import { ResourceSet } from './resource-set.ts';
import { mergeVars, type VarSet } from './vars.ts';

/** What a layer has collected: resources, and the configuration and vars that go with them (engine §1.2). */
export interface Accumulator {
  readonly resources: ResourceSet;
  config: TransformerConfig;
  vars: VarSet;
}

export function newAccumulator(maxResources: number): Accumulator {
  return { resources: new ResourceSet(maxResources), config: emptyConfig, vars: new Map() };
}

/** Adds what a layer below has collected. */
export function absorbChild(parent: Accumulator, child: Accumulator): void {
  parent.resources.appendAll(child.resources.list);
  parent.config = mergeConfigs(parent.config, child.config);
  parent.vars = mergeVars(parent.vars, child.vars.values());
}
