import {
  type Delivery,
  noticeBody,
  noticeSlack,
  noticeSubject,
  noticeText,
  type RunNotice,
  type SentChannel,
} from '../core/index.ts';
import { durationText } from '../protocol/index.ts';

/** A notice as a channel carries it. `id` is the same for every try, `now` when this one is made. */
export function deliveryOf(channel: SentChannel, notice: RunNotice, id: string, now: Date): Delivery {
  const webhook = { type: 'webhook', event: notice.event, id, timestamp: Math.floor(now.getTime() / 1000) } as const;
  switch (channel.type) {
    case 'slack':
      return { ...webhook, url: channel.url, key: undefined, body: noticeSlack(notice, durationText) };
    case 'webhook':
      return { ...webhook, url: channel.url, key: channel.secret, body: noticeBody(notice) };
    case 'email': {
      const { smtp, from, to } = channel;
      return {
        type: 'email',
        smtp,
        from,
        to,
        id,
        subject: noticeSubject(notice),
        text: noticeText(notice, durationText),
      };
    }
  }
}
