import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { asText, isObject } from './json.ts';
import type { Json } from './json.ts';
import type { CallStep } from './record.ts';

/** The part with the file, in a recorded order of the parts. */
const FILE_PART = '(file)';
/** Such a file is sent on and on after the server has refused it. */
const LARGE = 2 * 1024 * 1024;

interface Upload {
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Nothing for a form without a file. */
  readonly file: { readonly field: string; readonly name: string; readonly bytes: Buffer } | undefined;
}

/** The body of an upload. Recordings name the fields, and of the file its name and its size. */
export function uploadBody(step: CallStep, contentType: string, webDirectory: string): Buffer {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1] ?? '';
  const { fields, file } = uploadOf(step, webDirectory);
  const parts: Uint8Array[] = fields.map(([name, value]) =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  );
  if (file !== undefined) {
    const disposition = `Content-Disposition: form-data; name="${file.field}"; filename="${file.name}"`;
    const head = `--${boundary}\r\n${disposition}\r\nContent-Type: application/octet-stream\r\n\r\n`;
    parts.push(Buffer.from(head), file.bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}

function uploadOf({ body, note }: CallStep, webDirectory: string): Upload {
  const field =
    /the field is named "(\w+)"|field named "(\w+)"/.exec(note)?.slice(1).find(Boolean) ?? 'filename';
  if (!isObject(body)) return undescribed(body, field);
  const order = (Array.isArray(body['order']) ? (body['order'] as readonly Json[]) : Object.keys(body)).map(
    String,
  );
  const names = order.filter(name => name !== FILE_PART && name !== 'order' && name !== '__file__');
  return {
    fields: names.map(name => [name, asText(body[name])]),
    file: fileOf(body['__file__'], field, webDirectory),
  };
}

/** A call that broke off was recorded without its fields: a large file, and a field that is refused before it. */
function undescribed(body: Json | undefined, field: string): Upload {
  const isSmall = typeof body === 'string';
  return {
    fields: [
      ['content', 'iso'],
      ...(isSmall
        ? []
        : ([
            ['checksum', '0'],
            ['checksum-algorithm', 'md5'],
          ] as const)),
    ],
    file: { field, name: 'up.iso', bytes: Buffer.alloc(isSmall ? 2048 : LARGE, 'x') },
  };
}

function fileOf(file: Json | undefined, field: string, webDirectory: string): Upload['file'] {
  if (!isObject(file) || typeof file['filename'] !== 'string') return undefined;
  return {
    field,
    name: file['filename'],
    bytes: bytesOf(Number(file['bytes']), file['filename'], webDirectory),
  };
}

/** The file of this name or size that the web server has too, else so many letters. */
function bytesOf(size: number, name: string, webDirectory: string): Buffer {
  const named = join(webDirectory, name.replaceAll('/', '_'));
  if (name !== '' && existsSync(named) && statSync(named).size === size) return readFileSync(named);
  const found = readdirSync(webDirectory)
    .map(entry => join(webDirectory, entry))
    .find(path => size > 0 && statSync(path).size === size);
  return found === undefined ? Buffer.alloc(size, 'x') : readFileSync(found);
}

/** The file that an upload sends, to be summed up. */
export function uploadedFile(step: CallStep, webDirectory: string): Buffer | undefined {
  return uploadOf(step, webDirectory).file?.bytes;
}
