import { optionName } from '../../sdk/option-name.ts';
import { expect } from 'chai';
import { cloudInitParts } from '../../pve/cloud-init/files.ts';
import type { SnippetKind } from '../../pve/text/cloud-init-volumes.ts';
import { cloudInitWarnings } from '../../pve/cloud-init/wanted.ts';
import { cloudInitReport } from './report.ts';
import { DRIVE, KEY, observed, vm, wanted } from './scene.fixture.ts';
import type { Observed, Wanted } from './plan.ts';

const BASE = `${DRIVE}net0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n`;

const report = (more: Partial<Wanted>, last: Observed, first = last) =>
  cloudInitReport({ ...wanted, ...more }, last, first);

/** A VM that runs. */
const running = (config: string, more: Partial<Observed> = {}): Observed =>
  observed('', { vm: { ...vm(config), running: true }, ...more });

describe('the report', () => {
  it('names the drive, the user, and every address', () => {
    const config = `${BASE}ciuser: deploy\nipconfig0: ip=dhcp\nipconfig1: ip=10.0.0.5/24\n`;

    expect(report({}, observed(config))).to.deep.include({
      drive: 'scsi1',
      user: 'deploy',
      addresses: { net0: 'ip=dhcp', net1: 'ip=10.0.0.5/24' },
    });
  });

  it('says that nothing changed when nothing did', () => {
    const result = report({}, observed(BASE));
    const id = result['instance_id'] as { readonly before: string; readonly after: string };

    expect(result['cloud_init']).to.equal('unchanged');
    expect(id.before)
      .to.match(/^[\da-f]{40}$/)
      .and.equal(id.after);
  });

  it('says that a VM without a drive does everything at its first boot', () => {
    expect(report({}, observed(BASE), observed(''))['cloud_init']).to.match(
      /^applies at next boot: the VM had no/,
    );
  });

  it('has the instance-id before and after a change of the user part', () => {
    const result = report({}, observed(`${BASE}ciuser: b\n`), observed(`${BASE}ciuser: a\n`));
    const id = result['instance_id'] as { readonly before: string; readonly after: string };

    expect(result['cloud_init']).to.match(/^applies at next boot: the user and meta parts changed/);
    expect(id.before)
      .to.match(/^[\da-f]{40}$/)
      .and.not.equal(id.after);
  });

  it('foresees it in check mode, from what would be set', () => {
    const same = observed(`${BASE}ciuser: a\n`);

    expect(report({ user: 'b', ssh_keys: [KEY] }, same)).to.deep.include({
      ...report({}, observed(`${BASE}ciuser: b\nsshkeys: ${encodeURIComponent(KEY)}\n`), same),
      user: 'a',
    });
  });

  it('knows what the drive of a running VM was made of', () => {
    const late = running(`${BASE}ciuser: b\n\n[special:cloudinit]\nciuser: a\n`);

    expect(report({}, late)['cloud_init']).to.match(/^applies at next boot: .*the VM runs, so restart it$/);
  });

  it('believes the drive itself where it can be read', () => {
    const { user, network, meta } = cloudInitParts(200, new Map([['name', 'web-01']]), {
      servers: [],
      domains: [],
    });
    const drive = new Map<SnippetKind, string>([
      ['user', user],
      ['vendor', ''],
      ['network', network],
      ['meta', meta],
    ]);

    expect(
      report({}, observed(DRIVE, { drive, resolver: { servers: [], domains: [] } }))['cloud_init'],
    ).to.equal('unchanged');
    expect(report({}, observed(DRIVE, { drive }))['cloud_init']).to.match(
      /^applies at next boot: the network/,
    );
  });

  it('says that changed vendor data alone do not apply', () => {
    const cicustom = `${BASE}cicustom: vendor=local:snippets/proxmox-role-200-0c0ffee0-vendor.yaml\n`;
    const customTexts = new Map([['vendor', '#cloud-config\na: 1\n'] as const]);

    expect(
      report({ vendor_data: '#cloud-config\na: 2\n' }, observed(cicustom, { customTexts }))['cloud_init'],
    ).to.match(/^not applied until `cloud-init clean --reboot` runs in the guest/);
  });
});

describe('warnings', () => {
  it('name what cloud-init would pass over', () => {
    const { warnings } = cloudInitWarnings({ ...wanted, user_data: 'package: [git]\n' }, observed(DRIVE));

    expect(warnings?.join()).to.contain(optionName('cloud_init_user_data')).and.contain('`packages`');
  });

  it('are none where there is nothing to say', () => {
    expect(cloudInitWarnings(wanted, observed(DRIVE))).to.deep.equal({ warnings: [] });
  });
});
