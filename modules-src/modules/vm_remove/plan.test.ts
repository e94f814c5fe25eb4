import { foundVm, vmRecord } from '../../pve/vms/fixtures/found-vm.ts';
import { described } from '../../pve/vms/fixtures/model-config.ts';
import { optionName } from '../../sdk/option-name.ts';
import { expect } from 'chai';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { withMarker } from '../../pve/vms/marker.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { NO_FILES } from '../../pve/cloud-init/own-files.ts';
import { foundSnippets } from '../../pve/cloud-init/snippets.fixture.ts';
import { UserError } from '../../sdk/error.ts';
import { planRemove, removalNotices, type Observed, type Wanted } from './plan.ts';

const wanted: Wanted = { vmid: 200, name: 'web-01', confirm_delete: 'web-01', timeout: 60 };
const storages = parseStorageConfig('dir: local\n\tpath /var/lib/vz\n\nlvmthin: local-lvm\n\tvgname pve\n');

const found = (text: string | undefined, more: Partial<Observed> = {}, running = false): Observed => ({
  vm: foundVm(text, { running }),
  others: [],
  storages,
  files: NO_FILES,
  ...more,
});

const summaries = (observed: Observed, more: Partial<Wanted> = {}): string[] =>
  planRemove({ ...wanted, ...more }, observed)
    .flat()
    .map(step => step.summary);

describe('a VM that shall not be', () => {
  it('is stopped, removed with its disks, and its snippets and its drive go with it', () => {
    const snippet = 'local:snippets/proxmox-role-200-0c0ffee0-vendor.yaml';
    const drive = 'local:iso/proxmox-role-200-0c0ffee0-00000000-000000000000.iso';
    const files = { snippets: foundSnippets([snippet]), drives: [drive] };
    const steps = planRemove(wanted, found('name: web-01\n', { files }, true)).flat();

    expect(steps.map(({ action }) => action)).to.deep.equal([
      { kind: 'qm', verb: 'shutdown', vmid: 200, properties: { timeout: 60, forceStop: true } },
      { kind: 'qm', verb: 'destroy', vmid: 200, properties: { purge: true } },
      { kind: 'remove-snippet', volume: snippet },
      { kind: 'free-volume', volume: drive },
    ]);
  });

  it('is no work when it is not there, whether confirmed or not', () => {
    expect(summaries(found(undefined), { confirm_delete: undefined })).to.deep.equal([]);
  });

  it('leaves a snippet that another VM uses, on any node, and says so', () => {
    const snippets = foundSnippets(
      ['vendor', 'user'].map(kind => `local:snippets/proxmox-role-200-0c0ffee0-${kind}.yaml`),
    );
    const { places } = snippets;
    const reader = vmRecord(
      300,
      'name: by-hand\ncicustom: vendor=share:snippets/proxmox-role-200-0c0ffee0-vendor.yaml\n',
      'pve02',
    );
    const observed = found('name: web-01\n', { files: { snippets, drives: [] }, others: [reader] });

    expect(summaries(observed)).to.deep.equal([
      'remove VM 200 (web-01)',
      `remove the snippet ${places[1]!.path}`,
    ]);
    expect(removalNotices(wanted, found(undefined), observed).warnings?.[0]).to.contain(
      `${places[0]!.path} stays: by-hand (300) uses it`,
    );
  });
});

describe('a snippet that the API hides', () => {
  const volume = 'local:snippets/proxmox-role-200-0c0ffee0-vendor.yaml';
  const files = { snippets: foundSnippets([], [volume]), drives: [] };

  it('stays, and it is told what removes it', () => {
    const observed = found('name: web-01\n', { files });

    expect(summaries(observed)).to.deep.equal(['remove VM 200 (web-01)']);
    expect(removalNotices(wanted, found(undefined), observed).warnings).to.deep.equal([
      `the snippet ${volume} stays: the API shows and removes it only with Datastore.Allocate on /storage/local, ` +
        `and while that is active; \`pvesm free ${volume}\` on pve01 removes it`,
    ]);
  });

  it('is not to be removed while another VM uses it', () => {
    const reader = vmRecord(300, `name: by-hand\ncicustom: vendor=${volume}\n`, 'pve02');
    const observed = found('name: web-01\n', { files, others: [reader] });

    expect(removalNotices(wanted, found(undefined), observed).warnings).to.deep.equal([
      `${volume} stays: by-hand (300) uses it; give that VM snippets of its own with \`qm set --cicustom\``,
    ]);
  });
});

describe('data disks of a VM that shall not be', () => {
  const holder = (vmid: number): VmRecord =>
    vmRecord(vmid, `${described(withMarker('', { vmid, holder: true }))}name: proxmox-role-data\n`);
  const disk = 'scsi2: local-lvm:vm-900-pgdata,size=20G\n';

  it('are detached before it goes, and it is told that they stay and what would delete them', () => {
    const observed = found(`name: web-01\n${disk}`, { others: [holder(900)] });
    const steps = planRemove(wanted, observed).flat();

    expect(steps.map(({ action }) => action)).to.deep.equal([
      { kind: 'qm', verb: 'set', vmid: 200, properties: { delete: ['scsi2'] } },
      { kind: 'qm', verb: 'destroy', vmid: 200, properties: { purge: true } },
    ]);
    expect(removalNotices(wanted, found(undefined), observed).warnings?.[0]).to.contain(
      'data disk pgdata stays as local-lvm:vm-900-pgdata, for the next VM that declares it; `pvesm free local-lvm:vm-900-pgdata` deletes it',
    );
  });

  it('keep it while a snapshot of it holds their data', () => {
    const observed = found(`name: web-01\n\n[before]\n${disk}`, { others: [holder(900)] });

    expect(() => summaries(observed)).to.throw(UserError, 'qm delsnapshot 200');
  });

  it('keep it where one was moved into its own name, with which it would go', () => {
    const moved = found('name: web-01\nscsi2: tank:vm-200-disk-1,size=20G\n');

    expect(() => summaries(moved, { data_disks: { scsi2: { name: 'pgdata' } } })).to.throw(
      UserError,
      'tank:vm-200-disk-1 would go with the VM',
    );
  });

  it('never go with the VM that holds them', () => {
    const observed = found(undefined);
    const vm = { ...observed.vm, record: holder(200) };

    expect(() =>
      summaries({ ...observed, vm }, { name: 'proxmox-role-data', confirm_delete: 'proxmox-role-data' }),
    ).to.throw(UserError, 'it holds data disks');
  });
});

describe('what an interrupted operation has left of a VM', () => {
  it('goes with it, before it, because nobody would look for it then', () => {
    const remains = {
      ...({ verb: 'set', since: '2026-11-26T10:00:00.000Z', isBusy: false } as const),
      ...{ volumes: ['local:200/vm-200-disk-3.raw'], doubtful: [] },
    };
    const observed = found('name: web-01\n');

    expect(summaries({ ...observed, vm: { ...observed.vm, remains } })).to.deep.equal([
      'remove local:200/vm-200-disk-3.raw, which the import of VM 200 (web-01) that was interrupted on 2026-11-26T10:00:00.000Z has left',
      'remove VM 200 (web-01)',
    ]);
  });
});

describe('what is never removed', () => {
  const base = 'name: web-01\ntemplate: 1\nscsi0: ';

  it('is a VM of another name', () => {
    expect(() => summaries(found('name: db-01\n'))).to.throw(UserError, 'is named "db-01"');
  });

  it('is a VM whose name is not confirmed', () => {
    expect(() => summaries(found('name: web-01\n'), { confirm_delete: undefined })).to.throw(
      UserError,
      `set ${optionName('confirm_delete')}: web-01`,
    );
    expect(() => summaries(found('name: web-01\n'), { confirm_delete: 'yes' })).to.throw(UserError, '"yes"');
  });

  it('is a protected VM, a locked one, and one on another node', () => {
    expect(() => summaries(found('name: web-01\nprotection: 1\n'))).to.throw(UserError, 'protected');
    expect(() => summaries(found('name: web-01\nlock: backup\n'))).to.throw(UserError, 'locked (backup)');
    const elsewhere = found(undefined);
    const vm = { ...elsewhere.vm, record: vmRecord(200, 'name: web-01\n', 'pve02') };
    expect(() => summaries({ ...elsewhere, vm })).to.throw(UserError, 'is on node pve02');
  });

  it('is a template on whose disks another VM stands, on any node', () => {
    const clone = vmRecord(
      301,
      'name: c\nscsi0: local:200/base-200-disk-0.qcow2/301/vm-301-disk-0.qcow2\n',
      'pve02',
    );
    const template = found(`${base}local:200/base-200-disk-0.qcow2,size=8G\n`, { others: [clone] });

    expect(() => summaries(template)).to.throw(UserError, 'stand on it: c (301)');
  });

  it('is a template on LVM-thin, which does not say what stands on it, while it has marked clones', () => {
    const notes = described(withMarker('', { vmid: 301, clonedFrom: 200 }));
    const clone = vmRecord(301, `${notes}name: c\nscsi0: local-lvm:vm-301-disk-0\n`);
    const template = (others: readonly VmRecord[]) =>
      found(`${base}local-lvm:base-200-disk-0,size=8G\n`, { others });

    expect(() => summaries(template([clone]))).to.throw(UserError, 'c (301)');
    expect(
      summaries(template([vmRecord(302, 'name: d\nscsi0: local-lvm:vm-302-disk-0\n')])),
    ).to.have.lengthOf(1);
  });
});
