import { expect } from 'chai';
import { grantCommands, makeCommands } from './grants.ts';
import type { Permissions } from '../../sdk/facts.ts';
import { missingPrivileges } from './held.ts';

const on = (path: string, ...privileges: readonly string[]) =>
  privileges.map(privilege => ({ path, privilege }));

const ROLE = { user: 'ansible@pve', token: 'ansible@pve!role' };

describe('the commands that give privileges', () => {
  it('make a role for each kind of path, and give it on each path to the user and to the token', () => {
    const needed = [
      ...on('/vms/301', 'VM.Audit', 'VM.Allocate'),
      ...on('/vms/200', 'VM.Audit', 'VM.Clone'),
      ...on('/storage/local-lvm', 'Datastore.AllocateSpace'),
      ...on('/sdn/zones/localnetwork/vmbr0', 'SDN.Use'),
    ];

    expect(grantCommands(needed, ROLE)).to.deep.equal([
      'pveum role add AnsibleNetwork',
      'pveum role modify AnsibleNetwork --append 1 --privs SDN.Use',
      "pveum acl modify /sdn/zones/localnetwork/vmbr0 --roles AnsibleNetwork --users 'ansible@pve' --tokens 'ansible@pve!role'",
      'pveum role add AnsibleStorage',
      'pveum role modify AnsibleStorage --append 1 --privs Datastore.AllocateSpace',
      "pveum acl modify /storage/local-lvm --roles AnsibleStorage --users 'ansible@pve' --tokens 'ansible@pve!role'",
      'pveum role add AnsibleVM',
      'pveum role modify AnsibleVM --append 1 --privs VM.Allocate,VM.Audit,VM.Clone',
      "pveum acl modify /vms/200 --roles AnsibleVM --users 'ansible@pve' --tokens 'ansible@pve!role'",
      "pveum acl modify /vms/301 --roles AnsibleVM --users 'ansible@pve' --tokens 'ansible@pve!role'",
    ]);
  });

  it('widen a role that is there', () => {
    expect(grantCommands(on('/vms', 'VM.Clone'), ROLE, new Set(['AnsibleVM']))[0]).to.equal(
      'pveum role modify AnsibleVM --append 1 --privs VM.Clone',
    );
  });

  it('give nothing below the root of the tree, and nothing to root, who may everything', () => {
    expect(grantCommands(on('/', 'Sys.Modify'), { user: 'root@pam', token: 'root@pam!t' })[2]).to.equal(
      "pveum acl modify / --roles AnsibleCluster --tokens 'root@pam!t' --propagate 0",
    );
  });

  it('make the user and the token before', () => {
    expect(makeCommands(ROLE)).to.deep.equal([
      "pveum user add 'ansible@pve'",
      "pveum user token add 'ansible@pve' role --privsep 1",
    ]);
    expect(makeCommands({ user: 'root@pam', token: undefined })).to.deep.equal([]);
  });
});

describe('a privilege that is missing', () => {
  const held: Permissions = new Map([
    ['/', new Map([['Sys.Audit', false]])],
    [
      '/vms',
      new Map([
        ['VM.Audit', true],
        ['VM.Clone', false],
      ]),
    ],
    ['/vms/200', new Map([['VM.Allocate', true]])],
  ]);
  const missing = (path: string, privilege: string): boolean =>
    missingPrivileges(on(path, privilege), held).length > 0;

  it('is one that stands neither on the path nor, to hold below, above it', () => {
    expect(missing('/vms/300', 'VM.Audit')).to.equal(false);
    expect(missing('/vms/300', 'VM.Clone')).to.equal(true);
    expect(missing('/vms', 'VM.Clone')).to.equal(false);
    expect(missing('/nodes/pve01', 'Sys.Audit')).to.equal(true);
    expect(missing('/storage/local', 'Datastore.Audit')).to.equal(true);
  });

  it('is one of the path above where the path has others of its own', () => {
    expect(missing('/vms/200', 'VM.Allocate')).to.equal(false);
    expect(missing('/vms/200', 'VM.Audit')).to.equal(true);
  });
});
