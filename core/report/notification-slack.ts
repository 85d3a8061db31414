import type { RunNotice } from './notification-of.ts';
import {
  type DurationWords,
  failureText,
  nextText,
  noticeFacts,
  noticeSubject,
  waitingText,
} from './notification-text.ts';

/**
 * The message in Slack's form, as JSON: `text` for those that know no blocks, and blocks. Whatever comes from outside is shown as it is:
 * it formats nothing, links nowhere and mentions nobody, in Slack and in what understands its form.
 */
export function noticeSlack(notice: RunNotice, duration: DurationWords): string {
  const why = harmlessly(failureText(notice) ?? waitingText(notice.waiting));
  const next = notice.next === undefined ? undefined : `${nextText(notice)}: \`${notice.next}\``;
  const subject = harmless(noticeSubject(notice), most.text);
  const facts = noticeFacts(notice, duration).map(([name, value]) => `*${name}*\n${harmless(value, most.field)}`);
  const blocks = [
    { type: 'section', text: mrkdwn(`${marks[notice.event]} *${subject}*`) },
    { type: 'section', fields: facts.map(mrkdwn) },
    ...(why === undefined ? [] : [{ type: 'section', text: mrkdwn(why) }]),
    ...(next === undefined ? [] : [{ type: 'section', text: mrkdwn(next) }]),
  ];
  const text = [subject, ...(why === undefined ? [] : [why]), ...(next === undefined ? [] : [next])];
  return JSON.stringify({ text: text.join('\n'), blocks, unfurl_links: false, unfurl_media: false });
}

/** Slack refuses a message with a field of more than 2,000 characters or a text of more than 3,000; one of ours becomes five at most. */
const most = { field: 380, text: 590 };

const marks: Readonly<Record<RunNotice['event'], string>> = {
  started: ':rocket:',
  waiting: ':hourglass:',
  failed: ':x:',
  succeeded: ':white_check_mark:',
  rolled_back: ':leftwards_arrow_with_hook:',
};

/** `verbatim`: names and addresses in the text become no links. */
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Nothing to see, and no part of a word: what follows it is no formatting and no mention. */
const nothing = '\u200b';

/** As Slack asks for, cut, and with what formats or mentions somebody made to be ordinary text. */
const harmless = (text: string, longest: number): string =>
  [...text]
    .slice(0, longest)
    .join('')
    .replace(/[&<>]/g, (character) => entities[character] ?? character)
    .replace(/[*~`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (character) => `${nothing}${character}${nothing}`)
    .replace(/(?<![\p{L}\p{N}])@(?=[\p{L}\p{N}])/gu, `@${nothing}`);

const harmlessly = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : harmless(text, most.text);
