import { chmodSync, chownSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { localNode } from '../config/cluster.ts';
import { PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { runToEnd } from '../runtime/run-command.ts';
import { textIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { assertChecksum } from './checksum.ts';
import { checksumIn } from './download.ts';
import { assertTrustworthy } from './verify.ts';

const MODE = 0o644;

/** The worker's part of an upload: what arrived is checked and copied to its place, over what may be there. */
export async function importUploadTask(payload: TaskPayload): Promise<void> {
  const [source, target] = [textIn(payload, 'source'), textIn(payload, 'target')];
  try {
    print(`starting file import from: ${source}`);
    const checksum = checksumIn(payload);
    if (checksum) await assertChecksum(source, checksum, print);
    if (textIn(payload, 'content') === 'import') assertTrustworthy(source, target);
    print(`target node: ${localNode()}`);
    print(`target file: ${target}`);
    print(`file size is: ${statSync(source).size}`);
    print(`command: cp -- ${source} ${target}`);
    copy(source, target);
    print('finished file import successfully');
  } finally {
    rmSync(source, { force: true });
  }
}

function copy(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  const { status, stderr } = runToEnd('cp', ['--', source, target]);
  if (status !== 0) throw new PveFailure(`import failed: ${stderr.trim()}`);
  chownSync(target, 0, 0);
  chmodSync(target, MODE);
}
