import { describe, expect, it } from 'vitest';
import { createRedactor, mask, redactEvent } from '../../../core/index.ts';
import { migration } from '../../support/srdeploy.ts';
import { engine, runPlan } from './engine.ts';

describe('the statement of a failure', () => {
  it('shows no beginning of a secret that it was cut in', async () => {
    const begin = 'INSERT INTO nowhere VALUES (';
    const secret = 'hunter22-long-secret';
    const text = `${begin}'${'x'.repeat(1_990 - begin.length)}${secret}');`;
    const ran = await runPlan(engine('auto', { 'm/V1.sql': text }), { steps: [migration('s1', 'm/V1.sql')] });
    const told = ran.events.map((event) => redactEvent(event, createRedactor([secret])));
    expect(told).toContainEqual(
      expect.objectContaining({ failure: expect.objectContaining({ statement: expect.stringMatching(/x\*\*\*…$/) }) }),
    );
    expect(JSON.stringify(told)).toContain(mask);
    expect(JSON.stringify(told)).not.toContain('hunt');
  });
});
