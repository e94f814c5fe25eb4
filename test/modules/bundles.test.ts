import { expect } from 'chai';
import { execa } from 'execa';
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moduleNames } from '../../build/modules.ts';
import { bundlePath, filledBundle, startBundle } from '../bundle.ts';

const HOSTILE = [
  `'single' "double" \\back\\slash`,
  'new\nline and carriage\rreturn',
  '</script><!-- ${process.exit(9)} `tick` $& $1',
  '*/ // comment',
  'line\u2028separator\u2029and\u0085next',
  'emoji 😀 umlaut äöü',
  '<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>',
  '__BUNDLE_EOF__\n__BUNDLE_EOF__',
  'nul\u0000byte',
  '{{ jinja }} %s %d',
];

/** Ansible sends a module to the node at each task: what one holds is to be looked at when it grows. */
const LIMIT = 270;
/** The one that knows what all others would do, and the one that works on most. */
const LARGE: Readonly<Record<string, number>> = { node_preflight: 536, vm_clone: 284 };

describe('bundles', function () {
  this.timeout(120_000);

  for (const name of moduleNames) {
    const limit = LARGE[name] ?? LIMIT;
    it(`${name} is at most ${limit} KB`, () => {
      const kilobytes = statSync(bundlePath(name)).size / 1024;
      console.log(`        ${name}.js: ${Math.round(kilobytes)} KB`);
      expect(kilobytes).to.be.at.most(limit);
    });

    it(`${name} answers unknown parameters with a message that names them`, async () => {
      const result = await startBundle(name, { nonsense: 1 });

      expect(result.failed).to.equal(true);
      expect(JSON.stringify(result)).to.contain('nonsense');
      expect(result).not.to.have.any.keys('invocation', 'results');
    });
  }

  it('survive every text that a playbook may hold', async () => {
    for (const text of HOSTILE) {
      const result = await startBundle('vm_create', {
        vmid: 4242,
        name: 'x',
        disk_storage: 'x',
        pool: `-${text}`,
        __proto__: 1,
      });

      expect(result.failed, text).to.equal(true);
      expect(result.msg, text).to.match(/pool (?:is|has) /);
    }
  });

  it('answer in one line of ASCII', async () => {
    const { stdout } = await execa('/bin/sh', [], {
      input: filledBundle('vm_create', { vmid: 4242, name: 'ä\u2028😀', disk_storage: 'x' }),
      reject: false,
      stripFinalNewline: false,
    });

    expect(stdout).to.match(/^[\x20-\x7e]+\n$/);
  });

  it('look at no other machine where the host of the API is none', async () => {
    const { failed, msg } = await startBundle('node_preflight', {
      api_host: 'https://pve:8006',
      vm_name: 'x',
    });

    expect(failed).to.equal(true);
    expect(msg).to.contain('api_host is "https://pve:8006"; must be a name').and.not.contain('PVE-NODE');
  });

  it('say that Node.js is missing where it is, and let nobody who sends them be cut off', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-node-'));
    try {
      symlinkSync('/bin/cat', join(folder, 'cat'));
      writeFileSync(join(folder, 'bundle'), filledBundle('vm_power', {}));
      const script = 'cat bundle | env -i PATH=. /bin/sh; echo "${PIPESTATUS[@]}" >&2';
      const { stdout, stderr } = await execa('/bin/bash', ['-c', script], { cwd: folder });

      expect(stderr).to.equal('0 1');
      expect(JSON.parse(stdout)).to.include({ failed: true, nodejs_missing: true });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
