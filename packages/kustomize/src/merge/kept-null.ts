import { ScalarNode } from '@sluice/manifest';

/** A null that was written out and that the patch does not touch: it stays, where other nulls are removed. */
export class KeptNull extends ScalarNode {
  constructor(text: string) {
    super(text, '!!null');
  }
}
