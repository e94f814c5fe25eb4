import { expect } from 'chai';
import { compareCalls } from './compare.ts';
import type { Outcome } from './compare.ts';

const UPID = 'UPID:pve01:0000263D:00070AE2:6B081C6E:qmcreate:100:root@pam:';
const VOLUME = {
  volid: 'local:100/vm-100-disk-0.raw',
  format: 'raw',
  virtualSize: 1024,
  backingFile: undefined,
  mode: '0o640',
  immutable: false,
};
const OUTCOME: Outcome = {
  answer: { status: 200, reason: 'OK', body: { data: UPID } },
  traces: {
    exitStatus: 'OK',
    configs: { 100: 'memory: 512\n' },
    volumes: [VOLUME],
    content: [{ volid: 'local:iso/a.iso', bytes: 5, mode: '0o644' }],
  },
};

function answering(body: Outcome['answer']['body']): Outcome {
  return { ...OUTCOME, answer: { ...OUTCOME.answer, body } };
}

function leaving(traces: Partial<Outcome['traces']>): Outcome {
  return { ...OUTCOME, traces: { ...OUTCOME.traces, ...traces } };
}

describe('comparison of a replayed call', () => {
  const others: Readonly<Record<string, Outcome>> = {
    'another status': { ...OUTCOME, answer: { ...OUTCOME.answer, status: 500 } },
    'no answer at all': { ...OUTCOME, answer: { status: undefined, reason: '', body: '' } },
    'a task that failed': leaving({ exitStatus: 'no space' }),
    'no task': leaving({ exitStatus: undefined }),
    'another configuration': leaving({ configs: { 100: 'memory: 600\n' } }),
    'no configuration': leaving({ configs: { 100: null } }),
    'no volume': leaving({ volumes: [] }),
    'a volume with another mode': leaving({ volumes: [{ ...VOLUME, mode: '0o444' }] }),
    'a file of another size': leaving({ content: [{ volid: 'local:iso/a.iso', bytes: 6, mode: '0o644' }] }),
  };
  for (const [what, other] of Object.entries(others)) {
    it(`sees ${what} as another state`, () => {
      expect(compareCalls(OUTCOME, other).state).to.equal(false);
    });
  }

  const texts: Readonly<Record<string, Outcome>> = {
    'another reason phrase': { ...OUTCOME, answer: { ...OUTCOME.answer, reason: 'Fine' } },
    'another kind of task': answering({ data: UPID.replace('qmcreate', 'qmclone') }),
    'another exit status of a task that ended well': leaving({ exitStatus: 'WARNINGS: 1' }),
    'a text for a number': answering({ data: [{ vmid: '100' }] }),
  };
  for (const [what, other] of Object.entries(texts)) {
    it(`sees ${what} as another text`, () => {
      const recorded = what.startsWith('a text') ? answering({ data: [{ vmid: 100 }] }) : OUTCOME;
      const { state, text } = compareCalls(recorded, other);

      expect([state, text]).to.deep.equal([true, false]);
    });
  }

  it('takes ids, times and orders for what they are', () => {
    const one = answering({ data: [{ upid: UPID, starttime: 5, content: 'iso,images' }, { used: 7 }] });
    const other = answering({
      data: [{ used: 9 }, { content: 'images,iso', starttime: 6, upid: UPID.replace('263D', 'AAAA') }],
    });

    expect(compareCalls(one, other).diff).to.deep.equal([]);
  });

  it('does not take something for nothing', () => {
    expect(compareCalls(answering({ data: { used: 7 } }), answering({ data: { used: 0 } })).text).to.equal(
      false,
    );
  });
});
