import { mutationScore } from './language-server/mutation-score.ts';
export const bench = async () => ({ name: 'zz', figures: await mutationScore() });
