import { performance } from 'node:perf_hooks';
import type { Web, WebAnswer, WebRequest } from '../core/index.ts';

type Why = Extract<WebAnswer, { readonly type: 'failed' }>['why'];

const mostBytes = 65_536;

/** Web servers, asked with the fetch of Node. Certificates are judged as Node does; `NODE_EXTRA_CA_CERTS` names further authorities. */
export const createWeb = (): Web => ({ request });

async function request({ url, method, headers, timeoutMs }: WebRequest, signal: AbortSignal): Promise<WebAnswer> {
  if (signal.aborted) return failed('cancelled', 'The request was cancelled.');
  // A timer knows no longer time.
  const timeout = AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), 2 ** 31 - 1));
  const began = performance.now();
  try {
    const either = AbortSignal.any([signal, timeout]);
    const response = await fetch(url, { method, headers, redirect: 'manual', signal: either });
    const latencyMs = performance.now() - began;
    return { type: 'answered', status: response.status, latencyMs, body: await beginningOf(response) };
  } catch (error) {
    if (signal.aborted) return failed('cancelled', 'The request was cancelled.');
    if (timeout.aborted) return failed('timeout', `No complete answer within ${timeoutMs / 1_000} s.`);
    return failed(whyOf(error), messageOf(error));
  }
}

const failed = (why: Why, message: string): WebAnswer => ({ type: 'failed', why, message });

/** The rest is not asked for: the connection is closed. */
async function beginningOf({ body }: Response): Promise<string> {
  if (!body) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length >= mostBytes) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, mostBytes));
}

const TLS =
  /^(?:ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(?:GET|VERIFY|DECRYPT)|HOSTNAME_MISMATCH|INVALID_CA|ERROR_IN_CERT)/;

function whyOf(error: unknown): Why {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns';
  if (TLS.test(code)) return 'tls';
  return /TIMEOUT|ETIMEDOUT/.test(code) ? 'timeout' : 'other';
}

/** Of what fetch rejects with, the cause says what the matter is. */
function codeOf(error: unknown): string {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: readonly unknown[] };
  if (cause !== undefined) return codeOf(cause);
  return typeof code === 'string' ? code : errors?.[0] === undefined ? '' : codeOf(errors[0]);
}

/** Node reports several addresses of one name as one error without a message, and of TLS errors the place in the sources of OpenSSL. */
function messageOf(error: unknown): string {
  const { message, library, reason, cause, errors } = error as {
    message?: string;
    library?: unknown;
    reason?: unknown;
    cause?: unknown;
    errors?: readonly unknown[];
  };
  if (cause !== undefined) return messageOf(cause);
  if (typeof library === 'string' && typeof reason === 'string') return `${library}: ${reason}`;
  return message || (errors?.map(messageOf).join('; ') ?? String(error));
}
