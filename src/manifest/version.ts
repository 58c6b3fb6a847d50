/** The version of every manifest object's shape: a newer one is refused, never misread and never written over. */
export const MANIFEST_VERSION = 1
