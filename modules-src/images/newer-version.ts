import { statusFailure } from '../http/failure.ts';
import { httpGet } from '../http/get.ts';
import type { Source } from './proof.ts';
import { withRetries } from '../http/retry.ts';
import type { ImageRecord, News } from '../sdk/image.ts';

/**
 * Asks the server, without a download, whether the image is still the one that was recorded. Of an image whose version the
 * server never told nothing can be known.
 */
export async function askForNews(
  url: string,
  record: ImageRecord,
  { transport, patience }: Source,
): Promise<News> {
  const { etag, lastModified } = record;
  if (etag === undefined && lastModified === undefined) return 'unknown';
  const headers = {
    ...(etag !== undefined && { 'If-None-Match': etag }),
    ...(lastModified !== undefined && { 'If-Modified-Since': lastModified }),
  };
  const query = { url, headers };
  return withRetries(async () => {
    const { response, url: final } = await httpGet(query, transport);
    response.destroy();
    if (response.statusCode === 304) return 'same';
    if (response.statusCode !== 200) throw statusFailure(response, final.host);
    // Some servers do not know the conditions that they are asked with.
    const isSame =
      etag === undefined
        ? response.headers['last-modified'] === lastModified
        : response.headers.etag === etag;
    return isSame ? 'same' : 'another';
  }, patience);
}
