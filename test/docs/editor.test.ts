import { expect } from 'chai';
import { pathToFileURL } from 'node:url';
import { root } from '../../build/modules.ts';
import { fencesOf } from './fences.ts';
import { startEditor, type Editor } from './language-server.ts';

const SCHEMA = 'docs/reference/proxmox-vars.schema.json';
const schemaUrl = pathToFileURL(`${root}${SCHEMA}`).href;

const RIGHT = `---
ntp_server: of another role
proxmox_vm_node: pve01
proxmox_vm_memory: 4096
proxmox_vm_cores: "{{ cores_of[inventory_hostname] }}"
proxmox_vm_networks:
  net0: virtio,bridge=vmbr0
proxmox_vm_clones:
  - { name: web-01, vmid: 301, ip: 192.0.2.11/24, gw: 192.0.2.1 }
`;

describe('docs/editor.md', function () {
  this.timeout(300_000);
  let editor: Editor;
  before(async () => {
    // The settings of the page, with the path to the schema as a client makes it.
    const [page] = fencesOf('docs/editor.md').filter(({ language }) => language === 'json');
    const { 'yaml.schemas': patterns } = JSON.parse(page!.text) as {
      'yaml.schemas': Record<string, string[]>;
    };
    editor = await startEditor({
      validate: true,
      completion: true,
      schemas: { [schemaUrl]: patterns[SCHEMA] },
      schemaStore: { enable: false },
    });
  });
  after(() => editor.close());

  const uriOf = (file: string): string => pathToFileURL(`${root}${file}`).href;

  it('finds nothing wrong in group_vars that are right', async () => {
    expect(await editor.open(uriOf('group_vars/right.yml'), RIGHT)).to.deep.equal([]);
  });

  it('marks a misspelt variable and wrong values, each in its line', async () => {
    const text = 'proxmox_vm_memmory: 4096\nproxmox_vm_cores: many\nproxmox_vm_apply: perhaps\n';
    const found = await editor.open(uriOf('group_vars/all/wrong.yml'), text);

    expect(found.map(({ range }) => range.start.line).sort()).to.deep.equal([0, 1, 2]);
    expect(found.find(({ range }) => range.start.line === 0)?.message).to.contain('proxmox_vm_memmory');
  });

  it('completes names and values', async () => {
    const [names, values] = [uriOf('host_vars/names.yml'), uriOf('host_vars/values.yml')];
    await editor.open(names, 'proxmox_vm_mem');
    await editor.open(values, 'proxmox_vm_apply: ');

    expect(await editor.complete(names, 0, 'proxmox_vm_mem'.length)).to.include('proxmox_vm_memory');
    expect(await editor.complete(values, 0, 'proxmox_vm_apply: '.length)).to.include.members([
      'live',
      'reboot',
      'stop',
    ]);
  });

  it('does so by the first line of a file, too', async () => {
    const [line = ''] = fencesOf('docs/editor.md')
      .find(({ language }) => language === 'yaml')!
      .text.split('\n');

    const found = await editor.open(uriOf('vars/one.yml'), `${line}\nproxmox_vm_memmory: 1\n`);

    expect(found.map(({ message }) => message).join()).to.contain('proxmox_vm_memmory');
  });
});
