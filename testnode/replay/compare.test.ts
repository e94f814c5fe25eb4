import { expect } from 'chai';
import { compare } from './compare.ts';
import { mask } from './mask.ts';
import type { Outcome } from './transcript.ts';

const OUTCOME: Outcome = { rc: 0, stdout: '', stderr: '', configs: { 100: 'memory: 512\n' }, volumes: [] };

describe('comparison of a replayed step', () => {
  it('takes any failure for the same failure', () => {
    const { state, text } = compare({ ...OUTCOME, rc: 2 }, { ...OUTCOME, rc: 255 });

    expect([state, text]).to.deep.equal([true, true]);
  });

  it('sees a configuration that differs', () => {
    const { state, diff } = compare(OUTCOME, { ...OUTCOME, configs: { 100: 'memory: 600\n' } });

    expect(state).to.equal(false);
    expect(diff).to.deep.equal(['configuration 100: -memory: 512', 'configuration 100: +memory: 600']);
  });

  it('tells a difference in the output from one in the state', () => {
    const { state, text } = compare(OUTCOME, { ...OUTCOME, stdout: 'more\n' });

    expect([state, text]).to.deep.equal([true, false]);
  });

  it('masks what is random', () => {
    expect(mask('net0: virtio=BC:24:11:F6:DC:45,bridge=vmbr0')).to.equal('net0: virtio=MAC,bridge=vmbr0');
    expect(mask('transferred 1 of 2\ntransferred 2 of 2\ndone\n')).to.equal('transferred\ndone\n');
    expect(mask("Formatting '/x.raw', fmt=raw size=1")).to.equal("Formatting '/x.raw'");
  });
});
