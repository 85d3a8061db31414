import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { TargetId } from '../../core/index.ts';
import { objectIn, type Values, valuesIn, valuesJson } from './values-json.ts';
import { newerFormat, type OpenedFile } from './variables-file.ts';

const FORMAT = 'srdeploy-secrets';
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The text of `.srdeploy/env/<target>.secrets`: names and values, encrypted with AES-256-GCM under a new random nonce. The format's version,
 * the target and which key it was are authenticated with it, so that no file passes for another's. `key` has 32 bytes.
 */
export function sealSecrets(values: Values, key: Uint8Array, target: TargetId): string {
  const { secret, id } = derived(key);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(authenticated(id, target));
  const data = Buffer.concat([
    cipher.update(JSON.stringify(valuesJson(values)), 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const sealed = {
    format: FORMAT,
    v: VERSION,
    key: id,
    nonce: nonce.toString('base64'),
    data: data.toString('base64'),
  };
  return `${JSON.stringify(sealed)}\n`;
}

export type OpenedSecrets = OpenedFile | { readonly type: 'wrong-key' };

/** Opens what `sealSecrets` has made; a text that was changed in a single place is damaged. */
export function openSecrets(text: string, key: Uint8Array, target: TargetId): OpenedSecrets {
  const json = objectIn(text);
  if (json?.format === FORMAT && typeof json.v === 'number' && json.v > VERSION) return newerFormat(json.v);
  const [nonce, data] = [bytesIn(json?.nonce), bytesIn(json?.data)];
  if (json?.format !== FORMAT || json.v !== VERSION || typeof json.key !== 'string') return damaged;
  if (nonce?.length !== NONCE_BYTES || !data || data.length < TAG_BYTES) return damaged;
  const { secret, id } = derived(key);
  if (json.key !== id) return { type: 'wrong-key' };
  const decipher = createDecipheriv('aes-256-gcm', secret, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(authenticated(id, target));
  decipher.setAuthTag(data.subarray(-TAG_BYTES));
  try {
    const plain = Buffer.concat([decipher.update(data.subarray(0, -TAG_BYTES)), decipher.final()]);
    const values = valuesIn(objectIn(plain.toString('utf8')));
    return values ? { type: 'opened', values } : damaged;
  } catch {
    return damaged; // The tag does not fit: that is all a cipher tells, and all that it should.
  }
}

const damaged: OpenedFile = { type: 'damaged', why: 'was changed or cut off after it was written' };

/** The key that encrypts, and a name for it that gives nothing away: both follow from the given one, neither from the other. */
function derived(key: Uint8Array): { readonly secret: Uint8Array; readonly id: string } {
  const from = (purpose: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', key, '', `${FORMAT} ${VERSION} ${purpose}`, bytes));
  return { secret: from('encryption', 32), id: from('name', 8).toString('hex') };
}

const authenticated = (id: string, target: TargetId): Buffer =>
  Buffer.from(JSON.stringify([FORMAT, VERSION, id, target]), 'utf8');

/** Strict: Node leaves out what is no base64, and such a text would not be the one that was written. */
function bytesIn(value: unknown): Buffer | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value ? bytes : undefined;
}
