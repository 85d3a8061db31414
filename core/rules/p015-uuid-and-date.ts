import type { Problem } from '../model/problem.ts';
import type { PlanParts } from '../read/plan-parts.ts';
import { problemAt } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):(\d\d))$/;

/** A `plan_id` that is no UUID, or a `created_at` that is no moment. A new UUID is chance, so that the editor offers the fix. */
export const uuidAndDate: Rule = {
  code: 'P015',
  find: (plan) => [...planIdProblem(plan), ...createdAtProblem(plan)],
};

function planIdProblem({ file, planId }: PlanParts): readonly Problem[] {
  if (!planId || UUID.test(planId.value)) return [];
  const message =
    '"plan_id" is no UUID. Write a new one, such as the output of uuidgen: 32 hexadecimal digits in groups of 8-4-4-4-12.';
  return [problemAt({ file, range: planId.range }, 'P015', message)];
}

function createdAtProblem({ file, createdAt }: PlanParts): readonly Problem[] {
  if (!createdAt || isDateTime(createdAt.value)) return [];
  const message =
    '"created_at" is no date with time and time zone. Write it like 2026-02-05T12:00:00Z or 2026-02-05T13:00:00+01:00.';
  return [problemAt({ file, range: createdAt.range }, 'P015', message)];
}

/** RFC 3339, days of the month included. */
function isDateTime(text: string): boolean {
  const parts = DATE_TIME.exec(text)
    ?.slice(1)
    .map((digits) => Number(digits ?? 0));
  if (!parts) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0] = parts;
  const days = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 60 && zoneHour <= 23 && zoneMinute <= 59;
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
