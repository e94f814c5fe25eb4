import type { IncomingMessage } from 'node:http';
import type { GivenParameters, GivenValue } from '../api/given.ts';
import { failure, plainReply } from '../api/reply.ts';
import type { Reply } from '../api/reply.ts';
import { add, readForm } from './request.ts';

const LONGEST_BODY = 512 * 1024;

/** The body of a call as parameters, or the reply that refuses it. */
export type Body = { readonly parameters: GivenParameters } | { readonly refusal: Reply };

/** Reads the body of a POST or PUT: a form, also without a Content-Type, or JSON. */
export async function readBody(message: IncomingMessage): Promise<Body> {
  const length = Number(message.headers['content-length'] ?? 0);
  if (length === 0) return { parameters: new Map() };
  if (length > LONGEST_BODY) return refuse(501, 'for data too large');
  const type = message.headers['content-type'];
  const bare = (type ?? '').split(';')[0]?.trim().toLowerCase();
  if (bare === '' || bare === 'application/x-www-form-urlencoded') {
    return { parameters: readForm((await collect(message)).toString('utf8')) };
  }
  if (bare === 'application/json') return readJson((await collect(message)).toString('utf8'));
  return refuse(506, `upload 'Content-Type '${type ?? ''}' not implemented`);
}

/** Parameters of the query and of the body together. */
export function merged(query: GivenParameters, body: GivenParameters): GivenParameters {
  const all = new Map<string, GivenValue>(query);
  for (const [name, value] of body) add(all, name, value);
  return all;
}

export async function collect(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

function readJson(text: string): Body {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {
      refusal: failure(
        500,
        `malformed JSON string, neither tag, array, object, number, string or atom, at character offset 0 (before "${text.slice(0, 20)}") at /usr/share/perl5/PVE/APIServer/AnyEvent.pm line 933.`,
      ),
    };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      refusal: failure(500, 'Not a HASH reference at /usr/share/perl5/PVE/APIServer/AnyEvent.pm line 940.'),
    };
  }
  return { parameters: new Map(Object.entries(value as Record<string, GivenValue>)) };
}

function refuse(status: number, text: string): Body {
  return { refusal: plainReply(status, text, text) };
}
