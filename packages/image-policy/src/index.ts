// What an image is called
export {
  ImageNameError,
  canonicalName,
  parseImageName,
  parseImageReference,
  type ImageName,
  type ImageReference,
} from './image-name.ts';

// Which tag is chosen
export { compareBytes } from './byte-order.ts';
export { type PolicyChoice } from './choose.ts';
export { PolicyError, type PolicyReason } from './error.ts';
export { type Candidates, type TagFilter } from './filter.ts';
export { compilePolicy, type PolicySpec, type Selection } from './select.ts';

// What the status says of it
export {
  chosenRefs,
  digestSource,
  formatRef,
  isSameRef,
  resolvedMessage,
  type ChosenRefs,
  type DigestReflection,
  type DigestSource,
  type LatestRef,
} from './latest-ref.ts';
