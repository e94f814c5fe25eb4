import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNodes } from '../host/cluster.ts';
import type { Finished } from '../system/processes.ts';
import { bundlePrograms } from '../pve/bundle.ts';
import { replayFile } from '../replay/replay-file.ts';

const STORAGE_CONFIG = 'dir: local\n\tpath /var/lib/vz\n\tcontent images,iso,snippets\n\n';

describe('recorder', function () {
  this.timeout(300_000);
  before(() => bundlePrograms());

  it('writes what a fresh node replays alike', async () => {
    const { rc, stdout, stderr } = await recordExample(['--throw-away-node']);
    expect(rc, stderr).to.equal(0);

    const verdicts = await replay(stdout);
    expect(verdicts).to.have.length(12);
    expect(verdicts.flatMap(({ comparison }) => comparison.diff)).to.deep.equal([]);
  });

  it('does nothing unless told that the node may be thrown away', async () => {
    const { rc, stdout, stderr } = await recordExample([]);

    expect(rc).not.to.equal(0);
    expect(stdout).to.equal('');
    expect(stderr).to.contain('throw-away node');
  });
});

async function recordExample(options: readonly string[]): Promise<Finished> {
  const cluster = await startNodes({ storageConfig: STORAGE_CONFIG });
  try {
    for (const file of ['record.py', 'example.txt']) {
      await cluster.writeFile(
        'pve01',
        `/root/${file}`,
        readFileSync(join(import.meta.dirname, '..', 'record', file)),
      );
    }
    return await cluster.exec('pve01', ['python3', '/root/record.py', ...options, '/root/example.txt']);
  } finally {
    await cluster.down();
  }
}

async function replay(recording: string): ReturnType<typeof replayFile> {
  const directory = mkdtempSync(join(tmpdir(), 'recording-'));
  try {
    const file = join(directory, 'example.jsonl');
    writeFileSync(file, recording);
    return await replayFile(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
