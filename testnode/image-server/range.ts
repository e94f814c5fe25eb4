import type { IncomingHttpHeaders } from 'node:http';
import type { Content } from './content.ts';

/** Part of a content: from `start` up to and without `end`. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** What a request asks for: the whole (`undefined`), a part, or a part that does not exist. */
export function partOf(headers: IncomingHttpHeaders, content: Content): Part | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if ((first === '' && last === '') || !isSame(headers['if-range'], content)) return undefined;
  const start = first === '' ? Math.max(0, content.size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? content.size : Math.min(content.size, Number(last) + 1);
  return start < content.size && start < end ? { start, end } : 'unsatisfiable';
}

/** Whether the client says that it has what would be sent. */
export function isUnchanged(headers: IncomingHttpHeaders, content: Content): boolean {
  const etag = headers['if-none-match'];
  if (etag !== undefined) return etag === content.etag;
  const since = headers['if-modified-since'];
  return since !== undefined && Date.parse(since) >= Math.floor(content.modified.getTime() / 1000) * 1000;
}

/** `If-Range`: the part is wanted only of the content that the client knows. */
function isSame(condition: string | string[] | undefined, content: Content): boolean {
  return (
    condition === undefined || condition === content.etag || condition === content.modified.toUTCString()
  );
}
