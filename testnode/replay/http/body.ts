import { uploadBody } from './multipart.ts';
import { asText, isObject } from './json.ts';
import type { Json } from './json.ts';
import type { CallStep } from './record.ts';

/** What goes over the wire for the fields that a recording names; nothing for a call without a body. */
export function bodyBytes(step: CallStep, webDirectory: string): Buffer | undefined {
  const { contentType, body } = step;
  if (contentType?.startsWith('multipart/')) return uploadBody(step, contentType, webDirectory);
  if (body === undefined) return undefined;
  if (typeof body === 'string') return Buffer.from(body);
  if (contentType === 'application/json' || !isObject(body)) return Buffer.from(JSON.stringify(body));
  return Buffer.from(formText(body));
}

function formText(fields: { readonly [name: string]: Json }): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const entry of Array.isArray(value) ? (value as readonly Json[]) : [value])
      form.append(name, asText(entry));
  return form.toString();
}
