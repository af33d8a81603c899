/** The release this is; package.json of the root and of this package say the same. */
export const version = '0.1.0';
