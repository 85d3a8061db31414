/** The kind of the action that mends everything that has one way to be mended; editors may run it when a document is saved. */
export const fixAllKind = 'source.fixAll.srdeploy';
