import { expect } from 'chai';
import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../../testnode/image-server/protocol.ts';
import { filledBundle, type ModuleResult } from '../bundle.ts';
import { startScene, type Scene } from '../scene.ts';

const HOST = 'https://images.test';
const CACHE = '/var/lib/vz/template/iso';
const MIB = 1024 ** 2;
const SIZE = 5 * MIB + 512;

/** A disk image of that size as its users see it: a boot sector, then what no compression makes smaller. */
async function makeImage(path: string): Promise<string> {
  await execa('dd', ['if=/dev/urandom', `of=${path}`, 'bs=512', `count=${SIZE / 512}`, 'status=none']);
  await execa('dd', [`of=${path}`, 'bs=1', 'seek=510', 'conv=notrunc', 'status=none'], {
    input: Buffer.from([0x55, 0xaa]),
  });
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

interface Case {
  readonly faults?: readonly Fault[];
  /** Of the sums file of its folder. */
  readonly sums?: readonly Fault[];
  readonly args?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Why the module fails; absent: it succeeds nevertheless. */
  readonly message?: RegExp;
  /** Requests for the image. */
  readonly requests?: number;
}

const TWICE = `${HOST}/twice/twice.img`;
/** Cut in its first download, and then another image of the same size stands under its URL. */
const CHANGED = `${HOST}/changed/changed.img`;

const answer = (status: number, headers: Readonly<Record<string, string>> = {}, times?: number): Fault => ({
  kind: 'answer',
  status,
  headers,
  ...(times !== undefined && { times }),
});

const cases = {
  cut: {
    faults: [{ kind: 'cut', afterBytes: MIB / 2 }],
    args: { retries: 1 },
    message: /images\.test: the connection was cut \(ECONNRESET\), 2 times in a row/,
    requests: 2,
  },
  cut_once: { faults: [{ kind: 'cut', afterBytes: 2 * MIB, times: 1 }], requests: 2 },
  too_long: {
    faults: [{ kind: 'wrong-length', length: SIZE + 4096 }],
    message: /images\.test(: the connection was cut| sent 5\.0 MiB of 5\.0 MiB|.*answered 416)/,
  },
  too_short: {
    faults: [{ kind: 'wrong-length', length: SIZE - 4096 }],
    message: /what came has sha256:[0-9a-f]{64}, wanted is sha256:/,
  },
  slow: { faults: [{ kind: 'throttle', bytesPerSecond: 10 * MIB }], requests: 1 },
  stall: {
    faults: [{ kind: 'stall', afterBytes: MIB }],
    args: { stall_timeout: 1, retries: 0 },
    message: /images\.test sent nothing for 1 s/,
    requests: 1,
  },
  error_500: { faults: [answer(500, {}, 2)], requests: 3 },
  gone_on_500: {
    faults: [answer(500)],
    args: { retries: 2 },
    message: /images\.test answered 500 Internal Server Error, 3 times in a row/,
    requests: 3,
  },
  busy_429: { faults: [answer(429, { 'retry-after': '1' }, 1)], requests: 2 },
  redirects: {
    faults: [{ kind: 'redirect', location: `${HOST}/redirects/redirects.img` }],
    message: /images\.test redirects more than 10 times; check the URL/,
    requests: 11,
  },
  untrusted: {
    environment: { SSL_CERT_FILE: '/etc/ssl/no-such-store' },
    message: /certificate of images\.test is not trusted .*run update-ca-certificates.*validate_certs/,
    requests: 0,
  },
  other_host: {
    args: { url: 'https://10.98.0.2/other_host/other_host.img' },
    message: /certificate of 10\.98\.0\.2 is not trusted/,
    requests: 0,
  },
  truncated_sums: {
    sums: [{ kind: 'answer', status: 200, body: 'a'.repeat(40) }],
    args: { checksum: `sha256:${HOST}/truncated_sums/SHA256SUMS` },
    message: /cannot verify .*truncated_sums\.img: .*SHA256SUMS/,
    // Whether there is such an image at all.
    requests: 1,
  },
  html: {
    faults: [
      { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' },
    ],
    message: /images\.test sent a web page instead of a file; check the URL and the proxy/,
    requests: 1,
  },
  empty: {
    faults: [{ kind: 'answer', status: 200 }],
    message: /images\.test sent an empty file; check the URL/,
    requests: 1,
  },
} as const satisfies Readonly<Record<string, Case>>;

type Name = keyof typeof cases;
const names = Object.keys(cases) as Name[];
const caseOf = (name: Name): Case => cases[name];
const urlOf = (name: string): string => `${HOST}/${name}/${name}.img`;

describe('cloud_image_fetch on a node, from a server that fails,', function () {
  this.timeout(300_000);
  let scene: Scene;
  let digest = '';
  let found: Readonly<Record<Name, ModuleResult>>;
  let left: readonly string[];
  let requests: readonly string[];

  async function fetchAs(name: string, { args = {}, environment = {} }: Case = {}): Promise<ModuleResult> {
    const wish = { url: urlOf(name), checksum: `sha256:${digest}`, retry_delay: 0, ...args };
    const stdin = filledBundle('cloud_image_fetch', wish);
    const { stdout } = await scene.cluster.exec('pve01', ['/bin/sh'], { stdin, env: environment });
    return JSON.parse(stdout) as ModuleResult;
  }
  // One after the other: what a server is asked is counted.
  async function fetchAll(how: (name: Name) => Case | undefined): Promise<Record<Name, ModuleResult>> {
    const results: Partial<Record<Name, ModuleResult>> = {};
    for (const name of names) results[name] = await fetchAs(name, how(name));
    return results as Record<Name, ModuleResult>;
  }
  const filesInCache = async (): Promise<string[]> =>
    (await scene.cluster.exec('pve01', ['ls', '-A', CACHE])).stdout.trim().split('\n');

  before(async () => {
    scene = await startScene({}, { [`${HOST}/x.img`]: '/nowhere' });
    const image = join(scene.home, 'fault.img');
    digest = await makeImage(image);
    const urls = [...names.map(urlOf), CHANGED, TWICE];
    await scene.images.addFiles(Object.fromEntries(urls.map(url => [url, image])));
    await scene.images.setFaults(
      Object.fromEntries<readonly Fault[]>([
        [CHANGED, [{ kind: 'cut', afterBytes: 2 * MIB, times: 1 }]],
        ...names.map(name => [urlOf(name), caseOf(name).faults ?? []] as const),
        ...names.map(name => [`${HOST}/${name}/SHA256SUMS`, caseOf(name).sums ?? []] as const),
      ]),
    );
    found = await fetchAll(caseOf);
    await fetchAs('changed', { args: { retries: 0 } });
    left = await filesInCache();
    requests = (await scene.images.requests()).map(({ url }) => url);
  });
  after(() => scene.down());

  for (const name of names) {
    const { message, requests: asked } = caseOf(name);
    it(`${name}: ${message === undefined ? 'fetches the image' : 'says why it fails, and leaves no image'}`, () => {
      const { failed, msg, checksum } = found[name];

      if (message === undefined)
        expect({ failed, checksum }).to.deep.equal({ failed: false, checksum: `sha256:${digest}` });
      else expect(msg).to.match(message);
      expect(left.includes(`${name}.img`), 'the file of the image').to.equal(message === undefined);
      if (asked !== undefined) expect(requests.filter(url => url === urlOf(name))).to.have.lengthOf(asked);
    });
  }

  it('is followed by a run that takes nothing for whole which is not, nor goes on with another version', async () => {
    const other = join(scene.home, 'other.img');
    const fresh = await makeImage(other);
    await scene.images.addFiles({ [CHANGED]: other });
    await scene.images.setFaults({});

    const again = await fetchAll(() => undefined);
    const old = await fetchAs('changed');
    const changed = await fetchAs('changed', { args: { checksum: `sha256:${fresh}` } });

    for (const name of names) {
      const cached = caseOf(name).message === undefined;
      expect(again[name], name).to.include({ failed: false, cached, checksum: `sha256:${digest}` });
    }
    expect(again.cut['resumed_from']).to.equal(MIB);
    expect(old.msg).to.contain(`what came has sha256:${fresh}, wanted is sha256:${digest}`);
    expect(changed).to.include({ failed: false, checksum: `sha256:${fresh}`, resumed_from: 0 });
    expect((await filesInCache()).filter(file => /part|lock|unpacked|tmp/.test(file))).to.deep.equal([]);
  });

  it('fetches once when two want the same at once', async () => {
    await scene.images.setFaults({ [TWICE]: [{ kind: 'throttle', bytesPerSecond: 2 * MIB }] });
    const before = (await scene.images.requests()).length;
    const results = await Promise.all([fetchAs('twice'), fetchAs('twice')]);

    expect(results.map(({ failed }) => failed)).to.deep.equal([false, false]);
    const log = (await scene.images.requests()).slice(before).filter(request => request.url === TWICE);
    expect(log.map(({ method, bytes }) => [method, bytes])).to.deep.equal([['GET', SIZE]]);
  });

  it('removes old images and given-up downloads, but none that a VM came from', async () => {
    const onNode = (script: string) => scene.cluster.exec('pve01', ['sh', '-c', script]);
    // Fetched years ago, all but one; one became a VM; one is of somebody else.
    await onNode(`cd ${CACHE} && sed -i 's/"fetched": "20../"fetched": "2001/' .slow.img.json .html.img.json .empty.img.json
      echo '#came from slow.img' > /etc/pve/qemu-server/777.conf
      touch -d 2001-01-01 foreign.img given-up.img.part .given-up.img.part.json`);

    const result = await fetchAs('empty', { args: { prune_days: 30 } });
    const after = await filesInCache();
    await onNode('rm /etc/pve/qemu-server/777.conf');

    expect(result).to.include({ failed: false, changed: true, cached: true });
    expect(after).to.include.members([
      'empty.img',
      'slow.img',
      '.slow.img.json',
      'foreign.img',
      'busy_429.img',
    ]);
    expect(after).to.not.include.members(['html.img']);
    expect(after.filter(name => /given-up|html/.test(name))).to.deep.equal([]);
  });
});
