import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFrameReader, toFrame } from '../../../adapters/sqlite/frames.ts';

it('messages arrive whole and in order, in whatever pieces the channel carries them', () => {
  const messages = fc.array(fc.record({ text: fc.string({ unit: 'binary' }), plain: fc.boolean() }), { maxLength: 8 });
  fc.assert(
    fc.property(messages, fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (sent, lengths) => {
      const bytes = Buffer.concat(sent.map((message) => toFrame(message, message.plain)));
      const reader = createFrameReader();
      const received: unknown[] = [];
      for (let at = 0; at < bytes.length; ) {
        const length = lengths.next().value ?? 1;
        reader.add(bytes.subarray(at, at + length));
        at += length;
        for (let frame = reader.next(); frame; frame = reader.next()) received.push(frame.message);
      }
      expect(received).toEqual(sent);
    }),
  );
});

it('a message that JSON does not know keeps its values', () => {
  const reader = createFrameReader();
  const value = { bytes: new Uint8Array([0, 255]), big: 2n ** 64n, none: undefined };
  reader.add(toFrame(value, false));
  expect(reader.next()).toEqual({ message: value });
});
