import { expect } from 'chai';
import fc from 'fast-check';
import { UserError } from '../../../sdk/error.ts';
import { isDriveOf, isOwnDrive } from '../../text/cloud-init-volumes.ts';
import { parseStorageConfig } from '../../text/storage-config.ts';
import { NEW_ID } from '../../vms/fixtures/new-id.ts';
import { wishesOf, type CloudInitMaterial, type CloudInitWanted } from '../wanted.ts';
import { driveStorage, otherDrives, ownDrive } from './own.ts';

const STORAGES = parseStorageConfig(
  'dir: first\n\tpath /a\n\tcontent iso\n\ndir: second\n\tpath /b\n\tcontent iso,snippets\n\ndir: none\n\tpath /c\n\tcontent images\n',
);
const material: CloudInitMaterial = {
  id: NEW_ID,
  snippetStorage: undefined,
  driveStorage: STORAGES[0],
  usesOwnDrive: true,
  passwordHash: undefined,
  fileKeys: [],
  fileTexts: new Map(),
};
const text: Partial<CloudInitWanted> = { user_data: 'packages: [htop]\n' };
const wishes = (more: Partial<CloudInitWanted>, other: Partial<CloudInitMaterial> = {}) =>
  wishesOf({ vmid: 200, name: 'web', storage: 'local', ...more }, { ...material, ...other });
const driveFor = (more: Partial<CloudInitWanted>, values: Readonly<Record<string, string>> = {}) =>
  ownDrive(wishes({ ...text, ...more }).own!, new Map(Object.entries({ name: 'web', ...values })), {
    servers: [],
    domains: [],
  });

describe('a drive of our own', () => {
  it('is taken where a text is to be said and snippets cannot be written, or where it is wished', () => {
    expect(wishes({}).own).to.equal(undefined);
    expect(wishes(text)).to.deep.include({ snippets: [] }).and.not.have.property('driveStorage');
    expect(wishes({ agent: 'yes', install_agent: true }).own?.texts.get('vendor')).to.contain(
      'qemu-guest-agent',
    );
    expect(wishes({ drive: 'own' }, { usesOwnDrive: false }).own?.texts.size).to.equal(0);
    const [, second] = STORAGES;
    const bySsh = wishes(text, { usesOwnDrive: false, snippetStorage: second });
    expect([bySsh.own, bySsh.driveStorage, bySsh.snippets.length]).to.deep.equal([undefined, 'local', 1]);
  });

  it('is not taken for the agent alone where there is no place for it, or a snippet is named', () => {
    const agent = { agent: 'yes', install_agent: true };

    expect(wishes(agent, { driveStorage: undefined }).own).to.equal(undefined);
    expect(wishes({ ...agent, user_snippet: 'local:snippets/u.yaml' }).own).to.equal(undefined);
  });

  it('is refused where one drive cannot say it all, with the way out', () => {
    for (const [more, other, way] of [
      [{ vendor_snippet: 'local:snippets/v.yaml' }, {}, 'give its text in'],
      [{ type: 'configdrive2' }, {}, 'nocloud'],
      [{}, { isWindows: true }, 'go by SSH'],
      [{}, { driveStorage: undefined }, '--content <its content>,iso'],
      [{ drive: 'pve' }, {}, 'no usable storage of this node holds snippets'],
    ] as const)
      expect(() => wishes({ ...text, ...more }, other)).to.throw(UserError, way);
  });

  it('has a name that tells whose it is and what it says, in characters that Proxmox VE leaves as they are', () => {
    const { volume } = driveFor({});

    expect(driveFor({}).volume).to.equal(volume);
    expect(volume).to.match(/^first:iso\/[\w.-]+$/);
    expect(isDriveOf({ vmid: 200, id: NEW_ID }, volume)).to.equal(true);
    expect(isDriveOf({ vmid: 20, id: NEW_ID }, volume)).to.equal(false);
    expect(isOwnDrive('first:iso/debian-12-netinst.iso')).to.equal(false);
    expect(otherDrives({ vmid: 200, id: NEW_ID }, [volume, 'first:iso/x.iso'], undefined)).to.deep.equal([
      volume,
    ]);
  });

  it('is another one as soon as anything that it says is', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(word, word, (a, b) => {
        fc.pre(a !== b);
        for (const drive of [
          (one: string) => driveFor({ user_data: `packages: [${one}]\n` }),
          (one: string) => driveFor({ vendor_data: `packages: [${one}]\n` }),
          (one: string) =>
            driveFor(
              {},
              { searchdomain: `${one}.test`, ipconfig0: 'ip=dhcp', net0: 'virtio=BC:24:11:00:00:01' },
            ),
        ])
          expect(drive(a).volume).not.to.equal(drive(b).volume);
      }),
      { numRuns: 20 },
    );
  });

  it('goes to the storage that is named where it takes ISO images, else to the first that does', () => {
    expect(driveStorage(STORAGES, 'pve01', 'second')?.id).to.equal('second');
    expect(driveStorage(STORAGES, 'pve01', 'none')?.id).to.equal('first');
    expect(driveStorage(STORAGES.slice(2), 'pve01', undefined)).to.equal(undefined);
  });
});
