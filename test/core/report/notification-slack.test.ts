import { describe, expect, it } from 'vitest';
import { noticeSlack, type RunEventBody, type RunNotice } from '../../../core/index.ts';
import { created, failedStep, noticeAfter, run, started } from './notices.ts';

interface SlackText {
  readonly type: string;
  readonly text: string;
  readonly verbatim: boolean;
}
interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly {
    readonly type: string;
    readonly text?: SlackText;
    readonly fields?: readonly SlackText[];
  }[];
}

function messageOf(planName: string, error: string): SlackMessage {
  const named: RunEventBody = { ...created, planName };
  const end: RunEventBody = { type: 'run.finished', outcome: 'failed', failure: { code: 'SQL_ERROR', message: error } };
  const notice = noticeAfter([named, started, failedStep(error), end]) as RunNotice;
  return JSON.parse(noticeSlack(notice, (ms) => `${ms} ms`)) as SlackMessage;
}
const textsOf = ({ blocks }: SlackMessage) =>
  blocks.flatMap(({ text, fields = [] }) => [...(text ? [text] : []), ...fields]);

describe('a message in the form of Slack', () => {
  it('holds the facts, the error and the next command, as text and as blocks', () => {
    const message = messageOf('Release 1.4', 'no such table: orders');
    const next = `Go on with: \`srdeploy resume ${run}\``;
    expect(message.text).toBe(
      `Deployment failed: Release 1.4 on staging\norders SQL_ERROR no such table: orders\n${next}`,
    );
    const texts = textsOf(message).map(({ text }) => text);
    expect(texts).toContain('*Target*\nstaging');
    expect(texts).toContain('*Took*\n2000 ms');
    expect(texts).toContain(next);
    expect(textsOf(message).every(({ type, verbatim }) => type === 'mrkdwn' && verbatim)).toBe(true);
  });

  it('shows hostile names as they are: no mention, no link, no formatting', () => {
    const hostile = '<!channel> <@U123> @here <https://evil.example|ok> & *bold* _slant_ `code`';
    const message = messageOf(hostile, hostile);
    for (const text of [message.text, ...textsOf(message).map((one) => one.text)]) {
      expect(text).not.toMatch(/<[!@#h]/);
      expect(text).not.toMatch(/(?<!\w)@\w/);
      expect(text).not.toContain('*bold*');
      expect(text).not.toContain('_slant_');
      expect(text.replace(`\`srdeploy resume ${run}\``, '')).not.toContain('`code`');
    }
    const shown = message.text
      .replaceAll('\u200b', '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
    expect(shown).toContain(`Deployment failed: ${hostile} on staging`);
  });

  it('leaves addresses of people who act readable', () => {
    expect(textsOf(messageOf('x', 'y')).map(({ text }) => text)).toContain('*By*\nann@host');
  });

  it('keeps within what Slack takes, whatever is in it', () => {
    const message = messageOf('&'.repeat(5_000), '<'.repeat(5_000));
    for (const { text, fields = [] } of message.blocks) {
      expect(text?.text.length ?? 0).toBeLessThanOrEqual(3_000);
      expect(fields.length).toBeLessThanOrEqual(10);
      for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2_000);
    }
  });
});
