import type { Api } from './api.ts';
import { waitForAnswer } from './answer.ts';
import { ApiFailure } from './client/failure.ts';

interface Upload {
  readonly content: 'import' | 'iso';
  readonly filename: string;
  /** `<algorithm>:<hex>` */
  readonly digest: string;
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Puts a file on a storage, in the place of one of that name. Proxmox VE compares the digest before it gives the file its name.
 * A server that refuses a large body closes the connection before anybody can read why: `needs.ts` has told before.
 */
export async function uploadFile(api: Api, storage: string, upload: Upload): Promise<void> {
  const { client, node } = api;
  const { content, filename, digest, size, bytes } = upload;
  const [algorithm = '', checksum = ''] = digest.split(':');
  const answer = await client
    .upload({
      path: `/nodes/${node}/storage/${storage}/upload`,
      fields: [
        ['content', content],
        ['checksum-algorithm', algorithm],
        ['checksum', checksum],
      ],
      filename,
      size,
      content: bytes,
    })
    .catch((error: unknown) => {
      throw withHint(error, node, size);
    });
  await waitForAnswer(api, answer, `upload ${filename} to ${storage}`);
}

/** A server that can take no more may close the connection before it has said why. */
function withHint(error: unknown, node: string, size: number): unknown {
  if (!(error instanceof ApiFailure) || !/temporary file|connection was cut/.test(error.message))
    return error;
  const { message, transient, status } = error;
  const needed = Math.ceil(size / 1024 ** 2);
  return new ApiFailure(
    `${message}; ${node} keeps what it is sent in its /var/tmp first, which needs ${needed} MiB for this`,
    transient,
    status,
  );
}
