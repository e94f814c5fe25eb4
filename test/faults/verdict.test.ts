import { expect } from 'chai';
import type { State } from './state.ts';
import { nameFaults } from './name-faults.ts';
import { judge, type Seen } from './verdict.ts';

const foreign = {
  '/etc/pve/nodes/pve01/qemu-server/100.conf': 'aa',
  '/var/lib/vz/images/100/disk.raw': 'bb',
};
const state: State = {
  configs: { 9000: 'name: debian-12', 301: 'name: web-01' },
  orphans: [],
  missing: [],
  foreign,
  counts: [],
};
const seen: Seen = {
  expected: state,
  foreign,
  killed: { ...state, configs: {} },
  found: state,
  faults: [],
};
const went = { rc: 0, output: '' };
const stopped = { rc: 2, output: '"msg": "PVE-VM-004 VM 9000 is locked (create)"' };

describe('a run after one that was killed', () => {
  it('is the same as an undisturbed one, or has stopped with its reason', () => {
    expect(judge(went, seen)).to.deep.include({ verdict: 'same', lost: [], orphans: [], foreign: [] });
    expect(judge(stopped, seen)).to.deep.include({ verdict: 'stopped', lost: [], foreign: [] });
  });

  for (const next of [went, stopped]) {
    it(`is wrong when a guest of others is another one then, though it ends with ${next.rc}`, () => {
      const disk = { ...foreign, '/var/lib/vz/images/100/disk.raw': 'cc' };
      const { verdict, why, foreign: changed } = judge(next, { ...seen, found: { ...state, foreign: disk } });

      expect(verdict).to.equal('wrong');
      expect(changed).to.deep.equal(['/var/lib/vz/images/100/disk.raw']);
      expect(why).to.include('not ours, and changed: /var/lib/vz/images/100/disk.raw');
    });
  }

  it('has lost a VM that an undisturbed run makes', () => {
    const { verdict, lost } = judge(went, {
      ...seen,
      found: { ...state, configs: { 9000: 'name: debian-12' } },
    });

    expect({ verdict, lost }).to.deep.equal({ verdict: 'wrong', lost: ['VM 301'] });
  });

  it('has lost a VM that was there when it stopped, and a volume that its VM still names', () => {
    const found = { ...state, configs: { 9000: 'name: debian-12' }, missing: ['9000/vm-9000-disk-0.raw'] };
    const { verdict, lost } = judge(stopped, { ...seen, killed: state, found });

    expect({ verdict, lost }).to.deep.equal({
      verdict: 'wrong',
      lost: ['VM 301', '9000/vm-9000-disk-0.raw'],
    });
  });

  it('is wrong when a guest has lost what another one wrote, or two had one disk', () => {
    const { verdict, why } = judge(went, {
      ...seen,
      found: { ...state, counts: ['/d: has 3, and 9 was counted'] },
    });

    expect({ verdict, why }).to.deep.equal({ verdict: 'wrong', why: '/d: has 3, and 9 was counted\n' });
  });

  it('is wrong when there was in between what must not be', () => {
    const text = '#"node"%3A"pve01"\nname: debian-12\ntemplate: 1\n';
    const faultsOf = nameFaults(['pve01'], 'debian-12');
    const half = text.replace('template: 1\n', '');

    expect(faultsOf({ 9000: text })).to.deep.equal([]);
    for (const configs of [{}, { 9000: half }, { 9000: text, 9001: text }, { 9000: `#"held"\n${text}` }]) {
      const faults = faultsOf(configs);
      expect(faults).to.have.lengthOf(1);
      expect(judge(went, { ...seen, faults }).verdict).to.equal('wrong');
    }
  });

  it('is wrong when it leaves something, has other settings, or gives no reason', () => {
    const left = judge(went, { ...seen, found: { ...state, orphans: ['/tmp/proxmox-role-x'] } });
    const other = judge(went, {
      ...seen,
      found: { ...state, configs: { ...state.configs, 301: 'name: web' } },
    });

    expect(left).to.deep.include({ verdict: 'wrong', why: 'left: /tmp/proxmox-role-x' });
    expect(other).to.deep.include({ verdict: 'wrong', why: 'VM 301: - name: web-01\nVM 301: + name: web' });
    expect(judge({ rc: 2, output: '"msg": "no"' }, seen).verdict).to.equal('wrong');
  });
});
