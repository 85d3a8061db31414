import type { RunNotice } from './notification-of.ts';

/** The notice as JSON for programs, in the words of `--json`; what is not known is left out. Versioned: `v` is 1. Docs: notifications. */
export const noticeBody = (notice: RunNotice): string =>
  JSON.stringify({
    v: 1,
    event: notice.event,
    run: notice.run,
    attempt: notice.attempt,
    project: notice.project,
    target: notice.target,
    plan: notice.plan,
    status: notice.status,
    at: notice.at,
    by: notice.by,
    durationMs: notice.durationMs,
    waiting: notice.waiting,
    failure: notice.failure,
    rollsBack: notice.rollsBack,
    next: notice.next,
  });
