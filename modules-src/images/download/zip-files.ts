import type { Readable } from 'node:stream';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { UserError } from '../../sdk/error.ts';
import { StepError } from '../../sdk/step-error.ts';
import { requireFew, type ReadArchive } from './archived-file.ts';

/** Read by a package: nodes have no unzip. */
export const readZip: ReadArchive = async (path, _limit, visit) => {
  // Names are only shown: none is a path here that would have to be a harmless one.
  const zip = await openPromise(path, { autoClose: false, decodeStrings: false }).catch(fail);
  try {
    for (const entry of await entriesOf(zip).catch(fail)) {
      const name = entry.fileNameRaw.toString();
      if (name.endsWith('/')) continue;
      const stream = await zip.openReadStreamPromise(entry).catch(fail);
      await visit({ name, size: entry.uncompressedSize, content: chunksOf(stream) });
      stream.destroy();
    }
  } finally {
    zip.close();
  }
};

async function entriesOf(zip: ZipFile): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    entries.push(entry);
    requireFew('zip', entries.length);
  }
  return entries;
}

async function* chunksOf(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    fail(error);
  }
}

/** What the package says of an archive that is damaged, encrypted, or packed in a way that it does not know. */
function fail(error: unknown): never {
  if (error instanceof UserError) throw error;
  throw new StepError(
    `it cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`,
    false,
  );
}
