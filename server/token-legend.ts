/** The kinds and marks that the numbers of semantic tokens stand for, in the words of the protocol. */
export const tokenLegend = {
  tokenTypes: ['variable', 'namespace', 'class', 'function'],
  tokenModifiers: ['declaration'],
};
