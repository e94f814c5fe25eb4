import { expect } from 'chai';
import fc from 'fast-check';
import { failureOf } from './failure.ts';
import { fleetOf } from './fleet.ts';
import { memoryCluster } from '../../pve/vms/fixtures/memory-cluster.ts';
import { described } from '../../pve/vms/fixtures/model-config.ts';
import { modelNode } from '../../pve/vms/fixtures/model-node.ts';
import { withMarker, type Marker } from '../../pve/vms/marker.ts';
import { observeFleet, type Found, type OwnGuest } from './observe.ts';
import { page } from './page/page.ts';
import type { DeclaredGuest } from './params.ts';

type Result = DeclaredGuest['results'][number];

const result = (told: Partial<Result> = {}): Result => ({
  task: 'vm_configure',
  failed: false,
  changed: false,
  msg: '',
  steps: [],
  pending: [],
  ...told,
});
const declared = (told: Partial<DeclaredGuest> = {}): DeclaredGuest => ({
  name: 'web',
  vmid: 100,
  node: 'pve01',
  others: [],
  results: [result()],
  ...told,
});
const own = (told: Partial<OwnGuest> = {}): OwnGuest => ({
  vmid: 100,
  name: 'web',
  node: 'pve01',
  template: false,
  ...told,
});

const fleet = (guests: readonly DeclaredGuest[], found: Partial<Found> = {}) =>
  fleetOf({ guests, fail_on: 'none' }, { checkMode: true, guests: [], unread: [], ...found });
const stateOf = (results: readonly Result[], checkMode = true) =>
  fleet([declared({ results })], { checkMode }).guests[0]?.state;

const SETS_MEMORY = result({
  changed: true,
  steps: [{ summary: 'set memory', changes: [{ key: 'memory', before: '1024', after: '4096' }] }],
});
const WAITS = result({ pending: [{ key: 'cores', current: '1', pending: '2' }] });

describe('the state of a declared VM', () => {
  it('is that it differs where a check would change it, and that it was changed after a run', () => {
    expect(stateOf([result(), SETS_MEMORY])).to.equal('differs');
    expect(stateOf([result(), SETS_MEMORY], false)).to.equal('changed');
    expect(stateOf([result()])).to.equal('same');
  });

  it('is never good where something failed, nobody looked, or a restart is due', () => {
    expect(stateOf([SETS_MEMORY, result({ failed: true, msg: 'no' })], false)).to.equal('failed');
    expect(stateOf([])).to.equal('unseen');
    expect(stateOf([SETS_MEMORY, WAITS], false)).to.equal('waits');
  });

  it('is not known where only its surroundings were looked at', () => {
    const before = ['node_preflight', 'cloud_image_fetch'].map(task => result({ task }));

    expect(stateOf(before)).to.equal('unseen');
    expect(stateOf([...before, result({ task: 'vm_power' })])).to.equal('same');
  });

  it('has each setting with what was found and what is declared', () => {
    expect(fleet([declared({ results: [SETS_MEMORY, WAITS] })]).guests[0]).to.deep.include({
      differences: [{ setting: 'memory', before: '1024', after: '4096' }],
      waiting: [{ setting: 'cores', before: '1', after: '2' }],
    });
  });
});

describe('a guest of the role', () => {
  const undeclared = (entry: Partial<DeclaredGuest>, guest: Partial<OwnGuest>): boolean =>
    fleet([declared(entry)], { guests: [own(guest)] }).undeclared.length > 0;

  it('is declared by its number, by its name where no number is known, and as a generation', () => {
    expect(undeclared({}, {})).to.equal(false);
    expect(undeclared({ vmid: undefined }, { vmid: 205 })).to.equal(false);
    expect(undeclared({ vmid: 1 }, { vmid: 205, name: 'web-3', family: 'web' })).to.equal(false);
    expect(undeclared({ others: [{ name: 'clone', vmid: undefined }] }, { vmid: 7, name: 'clone' })).to.equal(
      false,
    );
  });

  it('is undeclared under another number, or a name that nobody has', () => {
    expect(undeclared({}, { vmid: 205 })).to.equal(true);
    expect(undeclared({ vmid: undefined }, { vmid: 205, name: 'wbe' })).to.equal(true);
  });
});

describe('the end of a run', () => {
  const drifting = fleet([declared({ results: [SETS_MEMORY] })]);
  const leftBehind = fleet([declared()], { guests: [own(), own({ vmid: 205, name: 'old' })] });

  it('fails on what it is asked to fail on, and on nothing else', () => {
    expect(failureOf('drift', drifting)).to.equal('not as declared: web');
    expect(failureOf('undeclared', drifting)).to.equal('');
    expect(failureOf('undeclared', leftBehind)).to.equal('declared by nobody: VM 205 (old)');
    expect(failureOf('drift', leftBehind)).to.equal('');
    expect(failureOf('any', leftBehind)).to.contain('205');
    expect([drifting, leftBehind].map(each => failureOf('none', each))).to.deep.equal(['', '']);
  });
});

describe('a node that is down', () => {
  const unread = [{ node: 'pve03', vmids: [100, 205, 300] }];
  const others = [{ name: 'clone', vmid: 205 }];
  const told = fleet([declared({ others })], { unread });
  const allDeclared = fleet([declared({ others: [...others, { name: 'last', vmid: 300 }] })], { unread });

  it('has VMs that nobody calls undeclared, or declared unless an entry has their VMID', () => {
    expect(told.undeclared).to.deep.equal([]);
    expect(told.unread).to.deep.equal([{ node: 'pve03', vmids: [300] }]);
    expect(allDeclared.unread).to.deep.equal([{ node: 'pve03', vmids: [] }]);
  });

  it('fails a run that is to fail on what is undeclared, where that is not known', () => {
    expect(failureOf('undeclared', told)).to.equal('nobody can tell of VM 300: pve03 is down');
    expect(failureOf('any', told)).to.contain('VM 300');
    expect([failureOf('drift', told), failureOf('any', allDeclared)]).to.deep.equal(['', '']);
  });

  it('stands on the page', () => {
    expect(page(told)).to.contain('<code>pve03</code> is down').and.to.contain('VM 300');
    expect(page(told)).to.contain('Every guest that the role has made on the other nodes is declared');
  });
});

describe('the page', () => {
  const TAGS = /<\/?([a-z0-9!]+)/g;
  const tagsOf = (html: string): readonly string[] => [...html.matchAll(TAGS)].map(([, tag = '']) => tag);
  const withText = (text: string): string =>
    page(
      fleet(
        [
          declared({
            name: text,
            node: text,
            results: [
              result({
                changed: true,
                steps: [
                  { summary: text, subject: text, changes: [{ key: text, before: text, after: text }] },
                ],
              }),
              result({ failed: true, task: text, msg: text }),
            ],
          }),
        ],
        { guests: [own({ vmid: 9, name: text, node: text })] },
      ),
    );

  it('has the same tags whatever guests, nodes, settings and messages are called', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ minLength: 1, unit: 'binary' }),
          fc.constantFrom(
            '<script>alert(1)</script>',
            '"><img src=x onerror=a>',
            '</style>',
            '<!--',
            '\u202eabc',
            "'`&",
          ),
        ),
        text => {
          expect(tagsOf(withText(text))).to.deep.equal(tagsOf(withText('plain')));
          expect(withText(text)).not.to.match(/[\u202a-\u202e\u2066-\u2069\0]/);
        },
      ),
    ));

  it('needs nothing from anywhere and runs nothing', () => {
    expect(withText('http://x.test/')).not.to.match(/\b(?:src|href|on\w+)=|url\(|<script|@import/);
    expect(withText('a')).to.contain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('says in words what its pictures show', () => {
    expect(page(fleet([declared(), declared({ results: [SETS_MEMORY] })]))).to.contain(
      'aria-label="1 differs, 1 as declared"',
    );
  });
});

it('guests of the role are those that it made, but for the one that holds data disks', async () => {
  const made = (marker: Marker): string => `${described(withMarker('', marker))}name: vm-${marker.vmid}\n`;
  const model = modelNode({
    100: made({ vmid: 100 }),
    101: 'name: theirs\n',
    900: made({ vmid: 900, holder: true }),
  });
  const found = await observeFleet(undefined, { checkMode: true, problems: [] }, memoryCluster(model));

  expect(found.guests.map(({ name }) => name)).to.deep.equal(['vm-100']);
});
