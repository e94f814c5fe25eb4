import { expect } from 'chai';
import { permissionTree } from './overview.ts';
import { parseAccess } from './parse.ts';

const CONFIG = `user:me@pve:1:0:::::
pool:lab::100,101:nas:
role:Look:VM.Audit:
acl:1:/pool/lab:me@pve:Look:
`;

describe('what somebody may, by path', () => {
  it('tells the members of a pool, which hold no paths below them', () => {
    const tree = permissionTree(parseAccess(CONFIG), 'me@pve');

    expect(tree).to.deep.equal({
      '/pool/lab': { 'VM.Audit': 1 },
      '/vms/100': { 'VM.Audit': 0 },
      '/vms/101': { 'VM.Audit': 0 },
      '/storage/nas': { 'VM.Audit': 0 },
    });
  });
});
