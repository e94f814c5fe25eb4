import { randomBytes } from 'node:crypto';

/** A form with one file as its last part, as `upload` takes it: the boundary unquoted, the fields in this order. */
export interface Multipart {
  readonly contentType: string;
  /** Bytes of the whole body: chunks of unknown number are refused (501). */
  readonly length: number;
  readonly head: Buffer;
  readonly tail: Buffer;
}

/** `bytes` is the size of the file that goes between head and tail. */
export function multipart(
  fields: readonly (readonly [name: string, value: string])[],
  filename: string,
  bytes: number,
): Multipart {
  const boundary = `----proxmox-role-${randomBytes(12).toString('hex')}`;
  const parts = fields.map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="filename"; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const [head, tail] = [Buffer.from(parts.join('') + file), Buffer.from(`\r\n--${boundary}--\r\n`)];
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: head.length + bytes + tail.length,
    head,
    tail,
  };
}
