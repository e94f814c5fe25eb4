import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { staleFiles } from './generate.ts';
import { withTables } from './outputs/readme.ts';

describe('generate --check', () => {
  let folder: string;
  const files = ['a', 'b', 'c'].map(name => ({ path: `role/proxmox/tasks/${name}.yml`, content: name }));

  beforeEach(() => {
    folder = `${mkdtempSync(join(tmpdir(), 'generate-'))}/`;
    mkdirSync(`${folder}role/proxmox/tasks`, { recursive: true });
    mkdirSync(`${folder}role/proxmox/library`);
    for (const { path, content } of files) writeFileSync(folder + path, content);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is content with what was generated, and with bundles', async () => {
    writeFileSync(`${folder}role/proxmox/library/vm_create.js`, 'a bundle');

    expect(await staleFiles(files, folder)).to.deep.equal([]);
  });

  it('names every file that is missing, differs or belongs to nothing', async () => {
    rmSync(`${folder}role/proxmox/tasks/a.yml`);
    writeFileSync(`${folder}role/proxmox/tasks/b.yml`, 'edited');
    writeFileSync(`${folder}role/proxmox/tasks/old.yml`, 'left over');

    expect(await staleFiles(files, folder)).to.deep.equal([
      'role/proxmox/tasks/a.yml: missing',
      'role/proxmox/tasks/b.yml: differs from what its source generates',
      'role/proxmox/tasks/old.yml: nothing generates it',
    ]);
  });
});

describe('tables of README.md', () => {
  it('replace what stands between their markers, and nothing else', () => {
    const text = 'before\n<!-- tags: begin -->\nold\n<!-- tags: end -->\nafter\n';

    const once = withTables(text);
    expect(once)
      .to.match(/^before\n/)
      .and.match(/\nafter\n$/)
      .and.contain('--tags vm,create')
      .and.not.contain('old');
    expect(withTables(once)).to.equal(once);
    expect(withTables('no markers')).to.equal('no markers');
  });

  it('name the twenty variables that most playbooks set, and leave the others to their page', () => {
    const rows = withTables('<!-- variables: begin -->\n<!-- variables: end -->').match(
      /^\| `proxmox_\w+`/gm,
    );

    expect(rows).to.have.lengthOf(20);
  });
});
