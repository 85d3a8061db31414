import type { DangerRule } from '../danger-rule.ts';

/** A secret stands in the file. */
export const secretInSql: DangerRule = {
  code: 'M069',
  id: 'secret-in-sql',
  severity: 'error',
  category: 'hygiene',
  what: 'A key, a token or an address with a password stands in the file: it is in the repository, in the history of the target, and in the logs of its server.',
  safer: 'Take it out, change it, and set it outside of migrations. A migration must not hold a secret.',
  find: (script) =>
    script.statements.flatMap((statement) => {
      const found = SECRETS.map(({ what, form }) => ({ what, match: form.exec(statement.text) })).find(
        ({ match }) => match,
      );
      return found?.match
        ? [
            {
              statement,
              place: { at: found.match.index, end: found.match.index + found.match[0].length },
              message: `${found.what} stands in this file. Change it: it is known from now on.`,
            },
          ]
        : [];
    }),
};

const SECRETS: readonly { readonly what: string; readonly form: RegExp }[] = [
  { what: 'An access key of AWS', form: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: 'A private key', form: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  { what: 'A token of GitHub', form: /\bgh[pousr]_[A-Za-z0-9]{36,}\b/ },
  { what: 'A token of Slack', form: /\bxox[abprs]-[A-Za-z0-9-]{10,}\b/ },
  { what: 'A live key of Stripe', form: /\b[rs]k_live_[A-Za-z0-9]{16,}\b/ },
  { what: 'A signed web token', form: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/ },
  {
    what: 'An address with a password',
    form: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@'"$]{1,64}:[^\s:/@'"$]{1,128}@[\w.-]+/i,
  },
  { what: 'A connection string with a password', form: /\bhost\s*=\s*\S+[^'"]{0,200}\bpassword\s*=\s*[^\s'"$]+/i },
];
