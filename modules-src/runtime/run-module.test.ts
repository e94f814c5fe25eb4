import { expect } from 'chai';
import { build } from 'esbuild';
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('fixtures/small-module.ts', import.meta.url));
const HIDDEN = 'VALUE_SPECIFIED_IN_NO_LOG_PARAMETER';

describe('running a module as a process', () => {
  let bundle: string;
  let folder: string;

  before(async () => {
    bundle = join(await mkdtemp(join(tmpdir(), 'run-module-test-')), 'small-module.cjs');
    await build({ entryPoints: [SOURCE], outfile: bundle, bundle: true, platform: 'node', format: 'cjs' });
  });

  after(() => rm(dirname(bundle), { recursive: true, force: true }));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'run-module-test-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Private files are in the test's own folder: a module of another test would remove what a killed one has left. */
  const start = (args: unknown) =>
    execa('node', [bundle], { input: JSON.stringify(args), reject: false, env: { TMPDIR: folder } });

  async function privateFileOf(running: ReturnType<typeof start>): Promise<string> {
    const [line] = await Promise.race([
      running.stderr.take(1).toArray() as Promise<Buffer[]>,
      running.then(() => []),
    ]);
    return String(line).trim();
  }

  interface Answer {
    readonly exitCode: number | undefined;
    readonly result: Readonly<Record<string, unknown>>;
  }

  async function answer(args: Record<string, unknown>): Promise<Answer> {
    const { stdout, exitCode } = await start({ path: join(folder, 'file'), ...args });
    return { exitCode, result: JSON.parse(stdout) as Answer['result'] };
  }

  describe('a module that runs', () => {
    it('does its work once, and says so', async () => {
      const first = await answer({ content: 'new' });
      const second = await answer({ content: 'new' });

      expect(first).to.deep.include({ exitCode: 0 });
      expect(first.result).to.include({ changed: true, failed: false, found: 'new' });
      expect(second.result).to.include({ changed: false, failed: false, msg: 'nothing to do' });
    });

    it('touches nothing in check mode', async () => {
      const { result } = await answer({ _ansible_check_mode: true });

      expect(result).to.include({ changed: true, msg: 'would write ' });
      expect(existsSync(join(folder, 'file'))).to.equal(false);
    });

    it('names all problems of its arguments at once, and does nothing', async () => {
      const { result, exitCode } = await answer({ trouble: 'none', contents: 'x' });

      expect(exitCode).to.equal(1);
      expect(result).to.include({ failed: true, changed: false });
      expect(result['msg'])
        .to.contain('contents is not known; did you mean content?')
        .and.contain('trouble is "none"; must be one of refuse, bug, wait,');
      expect(existsSync(join(folder, 'file'))).to.equal(false);
    });

    it('answers in JSON even when it is given none', async () => {
      const { stdout, exitCode } = await execa('node', [bundle], {
        input: 'no',
        reject: false,
      });

      expect(exitCode).to.equal(1);
      expect(JSON.parse(stdout)).to.include({ failed: true });
    });
  }).timeout(120_000);

  describe('a secret of a module that runs', () => {
    for (const trouble of [undefined, 'refuse', 'bug']) {
      it(`is in no part of the result of ${trouble ?? 'success'}`, async () => {
        const { result } = await answer({
          password: 's3cret',
          trouble,
          content: 's3cret',
          _ansible_diff: true,
        });

        expect(JSON.stringify(result)).to.not.contain('s3cret');
      });
    }

    it('is hidden where it is the whole value', async () => {
      await writeFile(join(folder, 'file'), 's3cret');

      expect((await answer({ password: 's3cret', content: 's3cret' })).result['found']).to.equal(HIDDEN);
    });
  }).timeout(120_000);

  describe('a module that fails', () => {
    it('tells the user what is wrong, without a stack', async () => {
      const { result } = await answer({ trouble: 'refuse' });

      expect(result['msg']).to.match(/^cannot write .*file: "" is not liked$/);
      expect(result).to.not.have.property('exception');
    });

    it('shows a bug as one, with its stack', async () => {
      const { result } = await answer({ trouble: 'bug' });

      expect(result['msg']).to.match(/^unexpected error/);
      expect(result['exception']).to.contain('small-module');
    });

    for (const [trouble, msg] of [
      ['late bug', 'unexpected error: no more; before that: write '],
      ['late refusal', 'cannot go on: no; stop; before that: write '],
      ['bug in report', 'unexpected error: no report; before that: write '],
    ] as const) {
      it(`after its work (${trouble}) tells what was done`, async () => {
        const { result, exitCode } = await answer({ trouble });

        expect(exitCode).to.equal(1);
        expect(result).to.deep.include({ failed: true, changed: true, msg, steps: [{ summary: 'write ' }] });
      });
    }

    it('that cannot write says why', async () => {
      await writeFile(join(folder, 'file'), 'no folder');
      const { result } = await answer({ path: join(folder, 'file', 'inside') });

      expect(result['msg']).to.match(/cannot write : EEXIST|cannot write : ENOTDIR/);
    });
  }).timeout(120_000);

  describe('a module that is stopped', () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      it(`by ${signal} says so and leaves no private file`, async () => {
        const running = start({ path: join(folder, 'file'), trouble: 'wait' });
        const path = await privateFileOf(running);
        expect(await readFile(path, 'utf8')).to.equal('keys');
        running.kill(signal);
        const { stdout, exitCode } = await running;

        expect(exitCode).to.equal(1);
        expect(JSON.parse(stdout)).to.include({
          failed: true,
          msg: `stopped by ${signal}: nothing more was done; run the play again to finish`,
        });
        expect(existsSync(dirname(path))).to.equal(false);
      });
    }

    it('by SIGKILL leaves a private file, and the next one of any module removes it', async () => {
      const running = start({ path: join(folder, 'file'), trouble: 'wait' });
      const path = await privateFileOf(running);
      running.kill('SIGKILL');
      await running;
      expect(existsSync(path)).to.equal(true);

      await start({ path: join(folder, 'file') });

      expect(existsSync(dirname(path))).to.equal(false);
    });
  }).timeout(120_000);
});
