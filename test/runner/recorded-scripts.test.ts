import { describe, expect, it } from 'vitest';
import { scriptChecksum, targetId } from '../../core/index.ts';
import { recordedScripts } from '../../runner/serve/recorded-scripts.ts';
import { engine } from '../core/run/engine.ts';

/** What the history of a project says of scripts, beside the files as they are now. */
async function recorded(files: Readonly<Record<string, string>>, rows: readonly object[], asked: readonly string[]) {
  const { world } = engine('auto', files);
  const history = { migrationHistory: async () => rows };
  return recordedScripts(targetId('staging'), asked, { history, world } as never);
}

const { world } = engine();
const row = (file: string, text: string, more: object = {}) => ({
  file,
  status: 'success',
  appliedAt: '2026-02-05T12:00:00.000Z',
  checksum: scriptChecksum(text, [], world.hasher),
  ...more,
});

describe('what the history says of scripts', () => {
  it('is told of those that were asked for and are known, and who applied them', async () => {
    const rows = [row('m/V1.sql', 'a', { appliedBy: 'me@here' }), row('m/V2.sql', 'b')];
    const found = await recorded({ 'm/V1.sql': 'a', 'm/V2.sql': 'b' }, rows, ['m/V1.sql', 'm/V3.sql']);
    expect(found.scripts).toEqual([
      { file: 'm/V1.sql', status: 'success', at: '2026-02-05T12:00:00.000Z', by: 'me@here', isChanged: false },
    ]);
  });

  it('is told apart from a history that says nothing of the target', async () => {
    expect(await recorded({}, [row('m/V1.sql', 'a')], ['m/V2.sql'])).toEqual({ scripts: [], knowsTarget: true });
    expect(await recorded({}, [], ['m/V2.sql'])).toEqual({ scripts: [], knowsTarget: false });
  });

  it.each([
    ['other statements', 'a', 'b', {}, true],
    ['other line ends', 'a\nb', 'a\r\nb', {}, false],
    ['other files that it reads', 'a', '\\i b.sql', {}, false],
    ['other statements, after it was rolled back', 'a', 'b', { status: 'rolled_back' }, false],
    ['other statements, after it failed', 'a', 'b', { status: 'failed' }, false],
  ])('says that a file with %s was changed, or not', async (_, applied, now, more, isChanged) => {
    const { scripts } = await recorded({ 'm/V1.sql': now }, [row('m/V1.sql', applied, more)], ['m/V1.sql']);
    expect(scripts[0]?.isChanged).toBe(isChanged);
  });

  it('says nothing of a file that is gone', async () => {
    const { scripts } = await recorded({}, [row('m/V1.sql', 'a')], ['m/V1.sql']);
    expect(scripts[0]?.isChanged).toBe(false);
  });
});
