import { createHash, getHashes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { uploadedFile } from './multipart.ts';
import { isObject } from './json.ts';
import type { CallStep } from './record.ts';

/**
 * The images of the recorded node are made anew, so their sums are others. A sum that was right then is replaced by the
 * one that is right now; a wrong one is sent as it stands.
 */
export function withRightChecksum(step: CallStep, webDirectory: string): CallStep {
  const { body } = step;
  if (!isObject(body) || step.traces.exitStatus !== 'OK') return step;
  const { checksum, 'checksum-algorithm': algorithm, url } = body;
  if (typeof checksum !== 'string' || typeof algorithm !== 'string' || !getHashes().includes(algorithm))
    return step;
  const bytes = typeof url === 'string' ? servedFile(url, webDirectory) : uploadedFile(step, webDirectory);
  if (bytes === undefined) return step;
  const sum = createHash(algorithm).update(bytes).digest('hex');
  return {
    ...step,
    body: { ...body, checksum: checksum === checksum.toUpperCase() ? sum.toUpperCase() : sum },
  };
}

function servedFile(url: string, webDirectory: string): Buffer | undefined {
  const path = join(webDirectory, basename(new URL(url).pathname));
  return existsSync(path) ? readFileSync(path) : undefined;
}
