/**
 * Loaded into the product by NODE_OPTIONS: its wall clock is off by what a file says, in milliseconds. Monotonic time is left alone, as
 * it is when somebody sets the clock of a machine.
 */
export const clockShim = `'use strict';
const { readFileSync } = require('node:fs');
const file = process.env.CAMPAIGN_CLOCK_FILE;
if (file) {
  const realNow = Date.now.bind(Date);
  const offset = () => {
    try {
      return Number(readFileSync(file, 'utf8')) || 0;
    } catch {
      return 0;
    }
  };
  globalThis.Date = class Date extends globalThis.Date {
    constructor(...values) {
      if (values.length === 0) super(realNow() + offset());
      else super(...values);
    }
    static now() {
      return realNow() + offset();
    }
  };
}
`;
