import { expect } from 'chai';
import type { UserError } from '../../sdk/error.ts';
import { storageWorlds } from './broken-worlds/storage.fixture.ts';
import { goodWanted, inRole, wantedOf, worldOf } from './broken-worlds/world.fixture.ts';
import { worlds } from './broken-worlds/worlds.fixture.ts';
import { codes } from './codes.ts';
import { findProblems, judge, preflightNotices, preflightReport } from './plan.ts';

const errorOf = (run: () => unknown): UserError => {
  try {
    run();
  } catch (error) {
    return error as UserError;
  }
  throw new Error('nothing was refused');
};

describe('preflight', () => {
  it('has nothing to say about a good world', () => {
    expect(findProblems(goodWanted, worldOf({}))).to.deep.equal([]);
    expect(judge(goodWanted, worldOf({}))).to.deep.equal([]);
  });

  for (const world of worlds) {
    it(`${world.title}: ${world.codes.join(', ') || 'no problem'}`, () => {
      const found = findProblems(wantedOf(world), worldOf(world));

      expect(found.map(({ code }) => code)).to.have.members([...world.codes]);
    });
  }

  it('has a broken world for every code', () => {
    const met = new Set(worlds.flatMap(world => world.codes));

    expect(Object.keys(codes).filter(code => !met.has(code as keyof typeof codes))).to.deep.equal([]);
  });

  it('names a variable of the role, what was found and a way out', () => {
    for (const { title, ...world } of worlds) {
      for (const { variable, message, fix } of inRole(findProblems(wantedOf(world), worldOf(world)))) {
        expect(variable, title).to.match(/^(?:proxmox_\S+(?:, proxmox_\S+)*)?$/);
        expect(message, title).to.match(/^\S.*[^.]$/);
        expect(fix, title).to.match(/^\S.*[^.]$/);
      }
    }
  });

  it('tells every error in one message, each on a line of its own, and the warnings beside it', () => {
    const error = errorOf(() =>
      judge(
        { ...goodWanted, disk_storage: 'nowhere', vm_networks: { net0: 'virtio,bridge=vmbr9' } },
        worldOf({ machine: { hasKvm: false } }),
      ),
    );

    expect(inRole(error.message).split('\n')).to.deep.equal([
      'cannot begin: 2 problems found, nothing was touched',
      'PVE-STO-001 proxmox_disk_storage: there is no storage "nowhere"; ' +
        'set proxmox_disk_storage to one that holds disk images: local, local-lvm',
      'PVE-NET-007 proxmox_vm_networks.net0: pve01 has no bridge "vmbr9"; ' +
        'choose one of vmbr0, vmbr1, or make it in the node’s network settings',
    ]);
    expect(error.details['problems']).to.have.length(2);
    expect(error.details['warnings']).to.have.length(1);
  });

  it('names each privilege that a token lacks, on its path, with the commands that give it', () => {
    const lacking = worlds.filter(({ title }) => title.startsWith('a token without '));
    for (const { title, ...world } of lacking) {
      const [found] = findProblems(wantedOf(world), worldOf(world));
      const [privilege = ''] = title.split(' ').slice(-1);

      expect(found?.message).to.match(new RegExp(`lacks .*${privilege.replace('.', '[.]')}.* on /`));
      expect(found?.fix).to.match(
        /pveum role modify \S+ --append 1 --privs \S+; pveum acl modify \/\S+ --roles/,
      );
      expect(/--privs (\S+);/.exec(found?.fix ?? '')?.[1]?.split(','), title).to.include(privilege);
    }
    expect(lacking.length).to.be.at.least(10);
  });

  it('lets a warning pass, but not in silence', () => {
    const world = worldOf({ machine: { hasKvm: false } });

    expect(judge(goodWanted, world)).to.deep.equal([]);
    expect(preflightNotices(goodWanted, world).warnings).to.have.length(1);
  });

  it('prints the whole content list with the command that adds to it', () => {
    const world = storageWorlds.find(({ title }) => title === 'a storage for snippets that holds none')!;
    const [found] = findProblems(wantedOf(world), worldOf(world));

    expect(found?.fix).to.equal('allow them with `pvesm set local --content iso,snippets`');
  });

  it('suggests the nearest variable', () => {
    const wanted = { ...goodWanted, play_variables: ['proxmox_vm_memroy'] };

    expect(findProblems(wanted, worldOf({}))[0]?.fix).to.equal('did you mean proxmox_vm_memory?');
  });

  it('never shows a private key', () => {
    const secret = '-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----';
    const found = findProblems({ ...goodWanted, vm_cloud_init_ssh_keys: [secret] }, worldOf({}));

    expect(JSON.stringify(found)).not.to.contain('c2VjcmV0');
  });

  it('reports the node, the VM and the storage', () => {
    expect(preflightReport(goodWanted, worldOf({}))).to.deep.equal({
      node: 'pve01',
      pve_version: '9.2.11',
      vmid: 9000,
      name: 'ubuntu-24.04',
      vm_exists: false,
      vm_node: 'pve01',
      vm_is_template: false,
      settled: {},
      idle: [],
      storage: { id: 'local-lvm', type: 'lvmthin' },
    });
  });
});
