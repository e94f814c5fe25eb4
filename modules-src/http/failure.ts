import type { IncomingMessage } from 'node:http';
import { HERE, optionName } from '../sdk/option-name.ts';
import { StepError } from '../sdk/step-error.ts';

/** Why nothing usable came from a server. */
export class HttpFailure extends StepError {
  /** Seconds that the server asked to wait. */
  readonly retryAfter: number | undefined;

  constructor(reason: string, transient: boolean, retryAfter?: number) {
    super(reason, transient);
    this.retryAfter = retryAfter;
  }
}

const ADVICE: Readonly<Record<number, string>> = {
  401: 'the URL needs a login',
  403: 'the server does not give this file to us',
  404: 'there is no such file; check the URL',
  407: 'the proxy needs a login: http://user:password@host:port',
  410: 'the file is gone; take a newer one',
};

const MAY_PASS = new Set([408, 425, 429, 500, 502, 503, 504]);

/** An answer that is no file. */
export function statusFailure(response: IncomingMessage, host: string, now = Date.now()): HttpFailure {
  const status = response.statusCode ?? 0;
  const advice = ADVICE[status];
  const text = `${host} answered ${status} ${response.statusMessage ?? ''}`.trim();
  return new HttpFailure(
    advice === undefined ? text : `${text}; ${advice}`,
    MAY_PASS.has(status),
    retryAfter(response.headers['retry-after'], now),
  );
}

/** Retry-After is a number of seconds or a date. */
function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.ceil(seconds));
}

/** What the network's error codes mean, and whether they are known to pass. */
const NETWORK: Readonly<Record<string, readonly [reason: string, transient: boolean]>> = {
  ENOTFOUND: [`its name is not known; check the URL and the DNS of ${HERE}`, false],
  EAI_AGAIN: [`the DNS of ${HERE} does not answer`, true],
  ECONNREFUSED: ['the connection was refused', true],
  ECONNRESET: ['the connection was cut', true],
  EPIPE: ['the connection was cut', true],
  ETIMEDOUT: ['there was no answer in time', true],
  EHOSTUNREACH: ['there is no route to it', true],
  ENETUNREACH: ['there is no route to it', true],
  EPROTO: ['it does not speak TLS as https needs it; is it a server for http?', false],
};

const CERTIFICATE = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT|INVALID_CA|HOSTNAME_MISMATCH)/;

/** Turns an error of sockets, TLS or the HTTP parser into words. */
export function networkFailure(error: unknown, host: string): Error {
  if (error instanceof StepError) return error;
  const { code, message } = describe(error);
  if (CERTIFICATE.test(code)) {
    return new HttpFailure(
      `the certificate of ${host} is not trusted (${message}); put its authority into /usr/local/share/ca-certificates ` +
        `on ${HERE} and run update-ca-certificates, or set ${optionName('cloud_image_validate_certs')} to false`,
      false,
    );
  }
  const known = NETWORK[code];
  if (known !== undefined) return new HttpFailure(`${host}: ${known[0]} (${code})`, known[1]);
  if (/^(HPE_|ERR_SSL_|ERR_OSSL_)/.test(code)) return new HttpFailure(`${host}: ${message} (${code})`, false);
  return error instanceof Error ? error : new Error(String(error));
}

/** Whether nothing at all has come back, as from a machine that is off; one that restarts a server refuses at least. */
export const isSilence = (error: unknown): boolean =>
  ['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'].includes(describe(error).code);

/** Trying several addresses of a host gives one error that holds one for each of them. */
function describe(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError) return describe(error.errors[0]);
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  return { code: 'code' in error ? String(error.code) : '', message: error.message };
}
