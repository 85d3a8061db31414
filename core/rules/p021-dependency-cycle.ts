import { orderSteps } from '../read/order-steps.ts';
import { problemAt } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

/** Steps that wait for one another, so that none of them could ever start. */
export const dependencyCycle: Rule = {
  code: 'P021',
  find({ file, operations }) {
    const steps = operations.filter(({ phase }) => phase === 'step');
    if (steps.every(({ dependsOn }) => dependsOn === undefined)) return [];
    const order = orderSteps(
      steps.map(({ id, dependsOn }) => ({ id: id?.value ?? '', dependsOn: dependsOn?.map(({ value }) => value) })),
    );
    if (order.type === 'ordered') return [];
    const members = steps.filter(({ id }) => id && order.path.includes(id.value));
    const place = members.find(({ dependsOn }) => dependsOn?.some(({ value }) => order.path.includes(value)));
    const silent = members.filter(({ dependsOn }) => dependsOn === undefined).map(({ id }) => `"${id?.value}"`);
    const why =
      silent.length === 0
        ? ''
        : ` ${silent.join(', ')} ${silent.length === 1 ? 'has' : 'have'} no "depends_on" and so ${silent.length === 1 ? 'waits' : 'wait'} for the step before it; "depends_on": [] waits for no step.`;
    const range = place?.dependsOn?.find(({ value }) => order.path.includes(value))?.range ?? place?.place.range;
    if (!range) return [];
    const path = [...order.path, order.path[0]].join(' → ');
    return [
      problemAt({ file, range }, 'P021', `These steps wait for one another: ${path}. Remove one of the edges.${why}`),
    ];
  },
};
