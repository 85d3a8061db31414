export interface WebRequest {
  /** `http:` or `https:`. */
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Bounds the whole request, the body included, in milliseconds. */
  readonly timeoutMs: number;
}

/** What became of a request. Any answer is `answered`, whatever its status; a redirect is an answer, and is not followed. */
export type WebAnswer =
  | {
      readonly type: 'answered';
      readonly status: number;
      /** From sending the request to the headers of the answer. */
      readonly latencyMs: number;
      /** The beginning of the body, at most 64 kB of it, decoded from UTF-8. */
      readonly body: string;
    }
  | {
      readonly type: 'failed';
      /** `refused`: nothing listens there. `dns`: the name has no address. `tls`: encryption was not agreed on, or the certificate is not trusted. */
      readonly why: 'refused' | 'dns' | 'tls' | 'timeout' | 'cancelled' | 'other';
      readonly message: string;
    };

/** Asks web servers. */
export interface Web {
  /** Asks once. Never rejects; an aborted signal gives `cancelled`. */
  request(request: WebRequest, signal: AbortSignal): Promise<WebAnswer>;
}
