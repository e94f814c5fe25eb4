import { expect } from 'chai';
import { customParts, isOurSnippet } from '../text/cloud-init-volumes.ts';
import {
  customText,
  snippetFor,
  snippetSteps,
  removeSnippetSteps,
  snippetPath,
  snippetStorage,
} from './snippets.ts';
import { parseStorageConfig } from '../text/storage-config.ts';
import { NEW_ID } from '../vms/fixtures/new-id.ts';

const STORAGES = parseStorageConfig(`lvmthin: local-lvm
	content images,snippets

dir: nosnip
	path /mnt/nosnip
	content images

dir: elsewhere
	path /mnt/elsewhere
	content snippets
	nodes pve02

dir: off
	disable
	path /mnt/off
	content snippets

dir: local
	path /var/lib/vz
	content iso,snippets

nfs: share
	content snippets
`);
const local = STORAGES.find(({ id }) => id === 'local')!;
const snippet = snippetFor({ vmid: 200, id: NEW_ID }, 'vendor', local, 'content');

describe('the storage of snippets', () => {
  it('is the first usable file storage that holds them', () => {
    expect(snippetStorage(STORAGES, 'pve01', undefined)?.id).to.equal('local');
    expect(snippetStorage(STORAGES, 'pve02', undefined)?.id).to.equal('elsewhere');
  });

  it('is the one that is named', () => {
    expect(snippetStorage(STORAGES, 'pve01', 'share')?.id).to.equal('share');
  });

  for (const name of ['nosnip', 'elsewhere', 'off', 'local-lvm', 'missing']) {
    it(`is never ${name}, which cannot hold them here`, () => {
      expect(snippetStorage(STORAGES, 'pve01', name)).to.equal(undefined);
    });
  }
});

describe('a snippet of ours', () => {
  it('is named after its VM and its kind', () => {
    expect(snippet).to.include({
      path: '/var/lib/vz/snippets/proxmox-role-200-0c0ffee0-vendor.yaml',
      volume: 'local:snippets/proxmox-role-200-0c0ffee0-vendor.yaml',
    });
  });

  it('is known by its name, whichever VM it was written for', () => {
    expect(isOurSnippet('share:snippets/proxmox-role-9000-user.yaml')).to.equal(true);
    expect(isOurSnippet('local:snippets/my-proxmox-role-9000-user.yaml')).to.equal(false);
    expect(isOurSnippet('local:snippets/proxmox-role-9000-user.yaml.bak')).to.equal(false);
  });

  it('is written when it is missing', () => {
    expect(snippetSteps([snippet], new Map())).to.deep.equal([
      {
        summary: 'write the vendor snippet /var/lib/vz/snippets/proxmox-role-200-0c0ffee0-vendor.yaml',
        action: { kind: 'put-snippet', volume: snippet.volume, content: 'content' },
        changes: [{ key: snippet.path, before: undefined, after: '(written)' }],
      },
    ]);
  });

  it('is written again only when its content differs', () => {
    expect(snippetSteps([snippet], new Map([[snippet.volume, 'content']]))).to.deep.equal([]);
    expect(snippetSteps([snippet], new Map([[snippet.volume, 'old']]))).to.have.lengthOf(1);
  });

  it('never shows its content in the diff', () => {
    const [step] = snippetSteps([snippet], new Map([[snippet.volume, 'old']]));

    expect(JSON.stringify(step?.changes)).to.not.match(/"content"|"old"/);
  });
});

describe('cicustom', () => {
  it('names a volume for each kind', () => {
    const config = new Map([['cicustom', 'user=local:snippets/u.yaml,meta=share:snippets/m.yaml']]);

    expect([...customParts(config)]).to.deep.equal([
      ['user', 'local:snippets/u.yaml'],
      ['meta', 'share:snippets/m.yaml'],
    ]);
    expect(customParts(new Map()).size).to.equal(0);
  });

  it('is written in one order, whatever comes first', () => {
    const user = snippetFor({ vmid: 200, id: NEW_ID }, 'user', local, '');

    expect(customText(new Map(), [snippet, user])).to.equal(
      'user=local:snippets/proxmox-role-200-0c0ffee0-user.yaml,vendor=local:snippets/proxmox-role-200-0c0ffee0-vendor.yaml',
    );
  });

  it('is absent when nothing is left to say', () => {
    expect(customText(new Map([['cicustom', `vendor=${snippet.volume}`]]), [])).to.equal(undefined);
  });

  it('says what is ours where both of us have a part', () => {
    expect(customText(new Map([['cicustom', 'vendor=local:snippets/mine.yaml']]), [snippet])).to.equal(
      `vendor=${snippet.volume}`,
    );
  });
});

describe('the file of a snippet', () => {
  it('lies on the storage of its volume', () => {
    expect(snippetPath('local:snippets/mine.yaml', STORAGES)).to.equal('/var/lib/vz/snippets/mine.yaml');
    expect(snippetPath('share:snippets/mine.yaml', STORAGES)).to.equal('/mnt/pve/share/snippets/mine.yaml');
    expect(snippetPath('missing:snippets/mine.yaml', STORAGES)).to.equal(undefined);
    expect(snippetPath('local-lvm:snippets/mine.yaml', STORAGES)).to.equal(undefined);
  });

  it('is removed by a step that says so', () => {
    expect(removeSnippetSteps([{ path: '/a.yaml', volume: 'local:snippets/a.yaml' }])).to.deep.equal([
      {
        summary: 'remove the snippet /a.yaml',
        action: { kind: 'remove-snippet', volume: 'local:snippets/a.yaml' },
        changes: [{ key: '/a.yaml', before: '(written)', after: undefined }],
      },
    ]);
  });
});
