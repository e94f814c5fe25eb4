import { expect } from 'chai';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Lane, Step } from '../sdk/step.ts';
import { perform } from './perform.ts';
import { StepError } from '../system/step-error.ts';

describe('performing steps', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'perform-test-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = (name: string, content = 'text'): Step => ({
    summary: `write ${name}`,
    action: { kind: 'write-file', path: join(folder, name), content, mode: 0o640 },
  });
  const remove = (name: string): Step => ({
    summary: `remove ${name}`,
    action: { kind: 'remove-file', path: join(folder, name) },
  });
  const wait = (name: string): Step => ({
    summary: `wait for ${name}`,
    subject: name,
    action: {
      kind: 'wait-guest',
      vmid: Number.parseInt(name, 10) || 1,
      sign: 'agent',
      addresses: [],
      timeoutSeconds: 1,
    },
  });
  const done = async (lanes: readonly Lane[]): Promise<string[][]> =>
    (await perform(lanes, 2, {})).map(outcome => outcome.done.map(step => step.summary));

  describe('a file that is written', () => {
    it('appears whole, with its rights, and leaves nothing beside it', async () => {
      await perform([[write('a.yaml', 'content')]], 1, {});

      expect(await readFile(join(folder, 'a.yaml'), 'utf8')).to.equal('content');
      expect((await stat(join(folder, 'a.yaml'))).mode & 0o777).to.equal(0o640);
      expect(await readdir(folder)).to.deep.equal(['a.yaml']);
    });

    it('gets the folder it needs', async () => {
      await perform([[write('snippets/a.yaml')]], 1, {});

      expect(await readdir(join(folder, 'snippets'))).to.deep.equal(['a.yaml']);
    });

    it('replaces the one that is there', async () => {
      await perform([[write('a', 'old'), write('a', 'new')]], 1, {});

      expect(await readFile(join(folder, 'a'), 'utf8')).to.equal('new');
    });

    it('may be removed, also when it is not there', async () => {
      expect(await done([[write('a'), remove('a'), remove('a')]])).to.deep.equal([
        ['write a', 'remove a', 'remove a'],
      ]);
      expect(await readdir(folder)).to.deep.equal([]);
    });

    it('that cannot be written is the failure of its lane alone', async () => {
      const outcomes = await perform([[write('a'), write('a/b'), write('c')], [write('d')]], 1, {});

      expect(outcomes.map(outcome => outcome.done.length)).to.deep.equal([1, 1]);
      expect(outcomes[0]?.failure).to.deep.include({ transient: false });
      expect(outcomes[0]?.failure?.reason).to.match(/ENOTDIR|EEXIST/);
      expect(await readdir(folder)).to.have.members(['a', 'd']);
    });
  });

  describe('a lane', () => {
    it('ends at its first failing step, with what was done before', async () => {
      const refuse: Step = { summary: 'no', action: { kind: 'refuse', reason: 'it is taken' } };
      const [outcome] = await perform([[write('a'), refuse, write('b')]], 1, {});

      expect(outcome?.done.map(step => step.summary)).to.deep.equal(['write a']);
      expect(outcome?.failure).to.deep.equal({ step: refuse, reason: 'it is taken', transient: false });
      expect(await readdir(folder)).to.deep.equal(['a']);
    });

    it('has its outcome in the place it stood', async () => {
      expect(await done([[write('a')], [], [write('b'), write('c')]])).to.deep.equal([
        ['write a'],
        [],
        ['write b', 'write c'],
      ]);
    });

    it('passes on whether its failure will pass', async () => {
      const waitGuest = () => Promise.reject(new StepError('later', true));
      const [outcome] = await perform([[wait('x')]], 1, { waitGuest });

      expect(outcome?.failure).to.include({ reason: 'later', transient: true });
    });

    it('that meets a bug ends the run with it', async () => {
      const waitGuest = () => Promise.reject(new TypeError('a bug'));
      const outcome = await perform([[wait('x')]], 1, { waitGuest }).catch((error: unknown) => error);

      expect(outcome).to.be.instanceOf(TypeError);
    });

    it('whose work the module cannot do is a bug', async () => {
      const outcome = await perform([[wait('x')]], 1, {}).catch((error: unknown) => error);

      expect(String(outcome)).to.contain('nothing that performs wait-guest');
    });
  });

  describe('lanes at once', () => {
    for (const limit of [1, 2, 5]) {
      it(`are never more than ${limit}`, async () => {
        let running = 0;
        let most = 0;
        const waitGuest = async (): Promise<void> => {
          most = Math.max(most, ++running);
          await setTimeout(2);
          running--;
        };
        await perform(
          Array.from({ length: 8 }, (_, index) => [wait(String(index))]),
          limit,
          { waitGuest },
        );

        expect(most).to.equal(limit);
      });
    }

    it('leave none to run alone at the end, and few half done before', async () => {
      const began: string[] = [];
      const waitGuest = async ({ vmid }: { readonly vmid: number }): Promise<void> => {
        began.push(String(vmid));
        await setTimeout(5);
      };
      const lanes = ['1', '2', '3', '4', '5'].map(name => [wait(name), wait(name)]);
      await perform(lanes, 2, { waitGuest });

      expect(began.slice(0, 4)).to.have.members(['1', '1', '2', '2']);
      expect(began.slice(-2)).to.have.members(['4', '5']);
    });

    it('are one when somebody allows none', async () => {
      expect((await perform([[write('a')]], 0, {})).map(outcome => outcome.done.length)).to.deep.equal([1]);
    });
  });
});
