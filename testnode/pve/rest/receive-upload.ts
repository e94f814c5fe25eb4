import { randomBytes } from 'node:crypto';
import { chownSync, createWriteStream, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { GivenParameters } from '../api/given.ts';
import { plainReply } from '../api/reply.ts';
import type { Reply } from '../api/reply.ts';
import { BrokenForm, partText, readParts } from './multipart.ts';
import type { Part } from './multipart.ts';

/** Fields that may come before the file, in this order; each may be left out. */
const FIELDS = ['content', 'checksum-algorithm', 'checksum'];
const FILE_FIELD = 'filename';
const WWW_DATA = 33;
const SOURCE = '/usr/share/perl5/PVE/APIServer/AnyEvent.pm';

/** What an upload brought, or the reply that refuses it. */
export type Received = { readonly parameters: GivenParameters } | { readonly refusal: Reply };

/** True for a form that can hold a file. */
export function isUpload({ headers }: IncomingMessage): boolean {
  return /^multipart\/form-data\s*;.*boundary=/i.test(headers['content-type'] ?? '');
}

/**
 * Receives a form with a file: the fields, then the file, which goes to the disk as it comes. The file of a refused
 * upload stays behind, as on a real node.
 */
export async function receiveUpload(message: IncomingMessage): Promise<Received> {
  // PVE takes the boundary as it stands: one in quotes is found nowhere.
  const boundary = /boundary=([^;]+)/i.exec(message.headers['content-type'] ?? '')?.[1] ?? '';
  const path = `/var/tmp/pveupload-${randomBytes(16).toString('hex')}`;
  writeFileSync(path, '', { mode: 0o600 });
  chownSync(path, WWW_DATA, WWW_DATA);
  const fields = new Map<string, string>();
  let next = 0;
  try {
    for await (const part of readParts(message as AsyncIterable<Buffer>, boundary)) {
      if (part.filename !== undefined) return await receiveFile(part, path, fields);
      const position = FIELDS.indexOf(part.name);
      if (position < next) return refuse(400, 'Bad Request');
      next = position + 1;
      fields.set(part.name, (await partText(part)).trim());
    }
  } catch (error) {
    if (!(error instanceof BrokenForm)) throw error;
  }
  return refusedBySource(500, 'upload failed', 1370);
}

async function receiveFile(part: Part, path: string, fields: ReadonlyMap<string, string>): Promise<Received> {
  if (part.name !== FILE_FIELD)
    return refusedBySource(
      500,
      `wrong field name '${part.name}' for file upload, expected '${FILE_FIELD}'`,
      1325,
    );
  if (part.filename === '') throw new BrokenForm();
  await pipeline(part.bytes, createWriteStream(path));
  return { parameters: new Map([...fields, ['filename', part.filename ?? ''], ['tmpfilename', path]]) };
}

function refuse(status: number, reason: string): Received {
  return { refusal: plainReply(status, reason) };
}

function refusedBySource(status: number, text: string, line: number): Received {
  const reason = `${text} at ${SOURCE} line ${line}.`;
  return { refusal: plainReply(status, reason, `${reason}\n`) };
}
