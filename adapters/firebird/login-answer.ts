/** Answers of the server during the login that carry the salt and its public key, and where their bytes begin. */
const CARRIERS: ReadonlyMap<number, number> = new Map([
  [92, 4], // op_cont_auth
  [94, 16], // op_accept_data: behind version, architecture and type
  [98, 16], // op_cond_accept
]);

/**
 * Passes on what the server sends, with the one answer of the login put right that the driver misreads: it takes the public key to begin at
 * a multiple of four bytes, which is only so for a salt of 64 characters, and one account in sixteen has a shorter one.
 */
export function createLoginFilter(): (chunk: Buffer) => Buffer {
  let isOver = false;
  let held = Buffer.alloc(0);
  return (chunk) => {
    if (isOver) return chunk;
    const packet = Buffer.concat([held, chunk]);
    held = packet;
    if (packet.length < 4) return Buffer.alloc(0);
    const start = CARRIERS.get(packet.readInt32BE(0));
    if (start === undefined) return passOn(packet);
    if (packet.length < start + 4) return Buffer.alloc(0);
    const length = packet.readInt32BE(start);
    const end = start + 4 + padded(length);
    if (packet.length < end) return Buffer.alloc(0);
    held = Buffer.alloc(0);
    // Without data the server only says which kind of login it wants; another answer brings them.
    if (length < 4) return packet;
    isOver = true;
    const data = alignedKey(packet.subarray(start + 4, start + 4 + length));
    return Buffer.concat([packet.subarray(0, start), sized(data), packet.subarray(end)]);
  };

  function passOn(packet: Buffer): Buffer {
    isOver = true;
    return packet;
  }
}

/** Salt and key, each behind its length, with the key where the driver looks for it. */
function alignedKey(data: Buffer): Buffer {
  const saltEnd = data.readUInt16LE(0) + 2;
  if (saltEnd + 2 > data.length) return data;
  const keyStart = padded(saltEnd);
  const between = Buffer.alloc(keyStart - saltEnd);
  data.copy(between, 0, saltEnd, saltEnd + 2);
  return Buffer.concat([data.subarray(0, saltEnd), between, data.subarray(saltEnd + 2)]);
}

const padded = (length: number): number => (length + 3) & ~3;

function sized(data: Buffer): Buffer {
  const whole = Buffer.alloc(4 + padded(data.length));
  whole.writeInt32BE(data.length);
  data.copy(whole, 4);
  return whole;
}
