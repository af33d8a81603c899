export { openDiskTree } from './disk-tree.ts';
