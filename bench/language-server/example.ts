import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The example plan of the tests, and the SQL files that it names. In a bundle the repository is where it was started. */
export const exampleText = readFileSync(resolve('test/fixtures/plans/example.srdeploy'), 'utf8');
export const exampleScripts = ['migrations/R0002__rollback.sql', 'migrations/V0002__add_orders.sql'];
