import type { IncomingMessage } from 'node:http';
import type { GivenParameters, GivenValue } from '../api/given.ts';

/** A request for the API, its path and query taken apart. */
export interface ApiRequest {
  readonly method: string;
  /** Path below `/api2/json`, decoded. */
  readonly path: string;
  /** The word behind `/api2/`: how the answer is to look. */
  readonly format: string;
  readonly query: GivenParameters;
  /** The request itself: its headers and its body. */
  readonly message: IncomingMessage;
}

/** A call of the API, or nothing for any other path. */
export function readApiRequest(message: IncomingMessage): ApiRequest | undefined {
  const [rawPath = '', ...query] = (message.url ?? '/').split('?');
  const path = decoded(rawPath);
  const [, format, below = ''] = /^\/+api2\/+([^/]+)(.*)$/s.exec(path) ?? [];
  if (format === undefined) return undefined;
  return {
    method: message.method ?? 'GET',
    path: below.replace(/\/+/g, '/').replace(/\/$/, '') || '/',
    format,
    query: withoutCacheBuster(readForm(query.join('?'))),
    message,
  };
}

/** The fields of a form or a query; a name that stands there several times has a list. */
export function readForm(text: string): Map<string, GivenValue> {
  const fields = new Map<string, GivenValue>();
  for (const pair of text.split(/[&;]/).filter(part => part !== '')) {
    const [name = '', ...value] = pair.split('=');
    add(fields, decoded(plusAsBlank(name)), decoded(plusAsBlank(value.join('='))));
  }
  return fields;
}

/** Adds a value beside those of the same name. */
export function add(fields: Map<string, GivenValue>, name: string, value: GivenValue): void {
  const before = fields.get(name);
  if (before === undefined) fields.set(name, value);
  else
    fields.set(name, Array.isArray(before) ? [...(before as readonly GivenValue[]), value] : [before, value]);
}

function withoutCacheBuster(query: Map<string, GivenValue>): GivenParameters {
  query.delete('_dc');
  return query;
}

function plusAsBlank(text: string): string {
  return text.replace(/\+/g, ' ');
}

/** Percent-encoded bytes are UTF-8; what is none becomes U+FFFD, and a lone `%` stays. */
function decoded(text: string): string {
  const bytes = Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
