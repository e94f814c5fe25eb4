import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { ownFolder } from './own-folder.fixture.ts';
import { withLock } from './file-lock.ts';
import { limitCommands } from './run-command.ts';

describe('withLock', () => {
  const at = ownFolder();
  let path = '';

  beforeEach(() => {
    path = at('.image.lock');
  });

  it('lets one work at a time, and leaves nothing', async () => {
    let working = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      working++;
      most = Math.max(most, working);
      await new Promise(resolve => setTimeout(resolve, 20));
      working--;
    };

    await Promise.all(Array.from({ length: 5 }, () => withLock(path, work)));

    expect(most).to.equal(1);
    expect(existsSync(path)).to.equal(false);
  });

  it('is taken by one after the other while each removes it', async function () {
    this.timeout(120_000);
    let done = 0;
    const works = Array.from({ length: 20 }, () => withLock(path, () => Promise.resolve(done++)));

    await Promise.all(works);

    expect(done).to.equal(20);
  });

  it('is free again when its holder was killed', async () => {
    const holding = 'echo held; exec sleep infinity';
    const holder = spawn('flock', ['-x', path, 'sh', '-c', holding], { detached: true });
    await once(holder.stdout, 'data');

    expect(await withLock(path, () => Promise.resolve(), 0).catch(String)).to.contain('another run has held');
    process.kill(-(holder.pid ?? 0), 'SIGKILL');
    await once(holder, 'close');

    expect(await withLock(path, () => Promise.resolve('done'))).to.equal('done');
  });

  it('is waited for as long as a command may take, and no longer', async () => {
    limitCommands(0.1);
    const waiting = withLock(path, () => withLock(path, () => Promise.resolve()).catch(String));
    const answer = await waiting;
    limitCommands(7200);

    expect(answer).to.contain('another run has held').and.to.contain('for 0.1 s');
  });

  it('is given back by work that fails', async () => {
    await withLock(path, () => Promise.reject(new Error('no'))).catch(() => undefined);

    expect(await withLock(path, () => Promise.resolve('done'), 0)).to.equal('done');
  });
});
