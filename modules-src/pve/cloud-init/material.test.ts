import { expect } from 'chai';
import { optionName } from '../../sdk/option-name.ts';
import { parseStorageConfig } from '../text/storage-config.ts';
import { memoryCluster } from '../vms/fixtures/memory-cluster.ts';
import { modelNode } from '../vms/fixtures/model-node.ts';
import { readCloudInitMaterial } from './material.ts';

const storages = parseStorageConfig('dir: local\n\tpath /var/lib/vz\n\tcontent snippets\n');
const files: Readonly<Record<string, string>> = {
  '/root/keys': '# mine\nssh-ed25519 A me\n\n',
  '/root/user.yaml': '#cloud-config\n',
};
const cluster = memoryCluster(modelNode(), { readText: path => Promise.resolve(files[path]) });
const NONE: ReadonlyMap<string, string> = new Map();
const read = (more: object) =>
  readCloudInitMaterial({ vmid: 200, name: 'web-01', ...more }, 'id', storages, cluster, NONE);

describe('what files and storages say for the cloud-init of a VM', () => {
  it('is keys, texts of snippets and where snippets go', async () => {
    const material = await read({ ssh_keys_file: '/root/keys', user_data_file: '/root/user.yaml' });

    expect(material.fileKeys).to.deep.equal(['ssh-ed25519 A me']);
    expect([...material.fileTexts]).to.deep.equal([['user', '#cloud-config\n']]);
    expect(material.snippetStorage?.id).to.equal('local');
    expect(material.passwordHash).to.equal(undefined);
  });

  it('is a hash only where there is a password', async () => {
    expect((await read({ password: 'secret' })).passwordHash).to.match(/^\$5\$[0-9a-f]{12}\$/);
  });

  it('is the password itself for Windows, and a hash is none', async () => {
    const windows = (password: string) =>
      readCloudInitMaterial(
        { vmid: 200, name: 'w', password },
        'id',
        storages,
        cluster,
        new Map([['ostype', 'win11']]),
      );

    expect(await windows('Secret 1')).to.include({ passwordHash: 'Secret 1', isWindows: true });
    expect(await windows('$5$salt$hash').catch(String)).to.contain('it would itself be the password');
  });

  for (const option of ['ssh_keys_file', 'user_data_file']) {
    it(`is refused where the file of ${option} is missing, with the variable to mend`, async () => {
      expect(await read({ [option]: '/no' }).catch(String)).to.match(
        new RegExp(`cannot read /no: there is no such file.*; set ${optionName(`cloud_init_${option}`)} to`),
      );
    });
  }

  it('is refused where a file cannot be read, with the reason', async () => {
    const denied = memoryCluster(modelNode(), { readText: () => Promise.reject(new Error('EACCES')) });
    const wanted = { vmid: 200, name: 'web-01', ssh_keys_file: '/root/keys' };

    expect(await readCloudInitMaterial(wanted, 'id', storages, denied, NONE).catch(String)).to.contain(
      'cannot read /root/keys: EACCES',
    );
  });
});
