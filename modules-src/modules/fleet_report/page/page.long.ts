import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { Fleet } from '../fleet.ts';
import { page } from './page.ts';

const guest = (told: Partial<Fleet['guests'][number]>): Fleet['guests'][number] => ({
  ...{ name: 'web-1', vmid: 261, node: 'pve01', state: 'same' },
  ...{ differences: [], waiting: [], steps: [], problems: [] },
  ...told,
});

const FLEET: Fleet = {
  mode: 'check',
  totals: { guests: 5, failed: 1, unseen: 1, differs: 1, waits: 1, changed: 0, same: 1, undeclared: 1 },
  guests: [
    guest({ name: 'web-1' }),
    guest({
      ...{ name: 'db', vmid: 262, state: 'differs' },
      differences: [
        { setting: 'memory', before: '1024', after: '4096' },
        {
          setting: 'net0',
          before: 'virtio,bridge=vmbr0',
          after: `virtio,bridge=vmbr0,${'tag=40,'.repeat(40)}`,
        },
        { setting: 'tags', after: 'prod' },
      ],
      steps: ['set memory, net0, tags of VM 262 (db)'],
    }),
    guest({
      ...{ name: 'cache', vmid: 263, state: 'waits' },
      waiting: [{ setting: 'cores', before: '2', after: '4' }],
    }),
    guest({ name: 'a-name-as-long-as-they-may-be'.repeat(2), vmid: 264, node: 'pve02', state: 'unseen' }),
    guest({
      ...{ name: 'mail', vmid: null, state: 'failed' },
      problems: ['vm_create: cannot create VM 265 (mail): no storage "tank"; there are local, local-lvm'],
    }),
  ],
  unread: [],
  undeclared: [{ vmid: 290, name: 'old-web', node: 'pve01', template: false }],
};

const RED_GREEN_BLUE = /\d+/g;

describe('the page of the report, in a browser', function () {
  this.timeout(60_000);
  const directory = mkdtempSync(join(tmpdir(), 'report-'));
  const file = join(directory, 'drift.html');
  let browser: Browser;
  before(async () => {
    writeFileSync(file, page(FLEET));
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
    });
  });
  after(async () => {
    await browser.close();
    rmSync(directory, { recursive: true });
  });

  async function open(how: BrowserContextOptions, asked: string[] = []): Promise<Page> {
    const tab = await browser.newPage(how);
    tab.on('request', request => asked.push(request.url()));
    tab.on('console', message => asked.push(message.text()));
    tab.on('pageerror', error => asked.push(error.message));
    await tab.goto(pathToFileURL(file).href);
    return tab;
  }

  /** Colours of a picture, from left to right at half of its height. */
  async function colours(picture: Buffer): Promise<readonly string[]> {
    const canvas = await browser.newPage();
    return canvas.evaluate<string[]>(`(async () => {
      const image = new Image();
      image.src = 'data:image/png;base64,${picture.toString('base64')}';
      await image.decode();
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
      context.drawImage(image, 0, 0);
      const row = context.getImageData(0, Math.floor(image.height / 2), image.width, 1).data;
      return Array.from({ length: image.width }, (_, at) => row.slice(4 * at, 4 * at + 3).join());
    })()`);
  }

  it('asks for nothing but itself, and has nothing to complain of', async () => {
    const asked: string[] = [];
    await open({}, asked);

    expect(asked).to.deep.equal([pathToFileURL(file).href]);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`shows the fleet as a bar of the colours of its legend, each as wide as it says (${colorScheme})`, async () => {
      const tab = await open({ colorScheme });
      const dots = await tab.evaluate<string[]>(
        "[...document.querySelectorAll('.dot')].map(dot => getComputedStyle(dot).backgroundColor)",
      );
      const row = await colours(await tab.locator('.bar').screenshot());
      const legend = dots.map(colour => (colour.match(RED_GREEN_BLUE) ?? []).join());
      const middles = legend.map((_, at) => row[Math.floor((row.length * (at + 0.5)) / legend.length)]);

      expect(legend).to.have.lengthOf(5);
      expect(new Set(legend)).to.have.lengthOf(5);
      expect(middles).to.deep.equal(legend);
    });

    for (const width of [360, 1280])
      it(`is as wide as its window of ${width} pixels, whatever it shows (${colorScheme})`, async () => {
        const tab = await open({ colorScheme, viewport: { width, height: 900 } });

        expect(await tab.evaluate('document.documentElement.scrollWidth')).to.equal(width);
        expect(await tab.getByText('1 not looked at').isVisible()).to.equal(true);
      });
  }

  it('is the one in the documentation', async () => {
    const tab = await open({ viewport: { width: 960, height: 700 } });
    const picture = await tab.screenshot({ fullPage: true });

    expect(new Set(await colours(picture))).to.have.lengthOf.above(3);
    if (process.env['WRITE_DOCS'] !== undefined) writeFileSync('docs/report.png', picture);
  });
});
