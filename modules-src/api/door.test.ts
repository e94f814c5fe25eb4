import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveApi, type ApiServer, type Reply } from './client/api-server.fixture.ts';
import { openApi } from './door.ts';
import { readBridges } from './facts/cluster-facts.ts';
import { listGuests, readPools } from './guests/list.ts';
import { qm } from './guests/qm.ts';

describe('the API door', () => {
  let server: ApiServer | undefined;
  afterEach(() => server?.close());

  const values = ({ fingerprint, connection }: ApiServer): object => ({
    api_port: connection().port,
    api_fingerprint: fingerprint,
    api_token_id: 'ansible@pve!role',
    api_token_secret: 'secret',
  });
  const GUESTS = [{ vmid: 200, node: 'pve02', type: 'qemu', name: 'web' }];

  it('works on the node of the VM, else on the only one there is', async () => {
    server = await serveApi(({ url }) => ({
      json: { data: url.includes('/cluster/resources') ? GUESTS : [{ node: 'pve07' }] },
    }));
    const open = async (more: object): Promise<string> =>
      (await openApi({}, [], { ...values(server!), ...more }, '127.0.0.1')).node;

    expect(await open({ vmid: 200 })).to.equal('pve02');
    expect(await open({ name: 'web' })).to.equal('pve02');
    expect(await open({ vmid: 201 })).to.equal('pve07');
    expect(await open({ vmid: 200, api_node: 'pve03' })).to.equal('pve03');
  });

  it('is asked the same thing once by a module that only looks, and anew when that has waited for its lock', async () => {
    const home = mkdtempSync(join(tmpdir(), 'api-door-'));
    process.env['XDG_STATE_HOME'] = home;
    server = await serveApi(() => ({ json: { data: GUESTS } }));
    const given = { ...values(server), api_node: 'pve02' };
    const asked = (): number => server!.seen.filter(({ url }) => url.includes('/cluster/resources')).length;

    const looking = await openApi({ listGuests, readPools }, [], given, '127.0.0.1');
    await Promise.all([looking.listGuests(), looking.readPools()]);
    await looking.listGuests();
    expect(asked()).to.equal(1);
    await looking.alone(['vm-200'], () => looking.listGuests());
    expect(asked()).to.equal(2);

    const working = await openApi({ listGuests }, [qm], given, '127.0.0.1');
    await working.listGuests();
    await working.listGuests();
    expect(asked()).to.equal(4);
    delete process.env['XDG_STATE_HOME'];
    rmSync(home, { recursive: true });
  });

  it('asks again while the API restarts', async () => {
    const statuses = [595, 200];
    server = await serveApi(() => ({ status: statuses.shift() ?? 200, json: { data: GUESTS } }));
    const door = await openApi({ listGuests }, [], { ...values(server), api_node: 'pve02' }, '127.0.0.1');

    expect((await door.listGuests()).map(({ vmid }) => vmid)).to.deep.equal([200]);
  });

  it('asks a node that is down once, and says what to do', async () => {
    const nodes = [
      { node: 'pve01', status: 'online' },
      { node: 'pve02', status: 'offline' },
    ];
    server = await serveApi(({ url }) =>
      url.endsWith('/nodes') ? { json: { data: nodes } } : { status: 595, reason: 'No route to host' },
    );
    const door = await openApi({ readBridges }, [], { ...values(server), api_node: 'pve02' }, '127.0.0.1');

    expect(await door.readBridges().then(String, String))
      .to.contain('node pve02 is down, as the cluster tells; start it')
      .and.contain('one that is up: pve01');
    expect(server.seen.filter(({ url }) => url.includes('/nodes/pve02/'))).to.have.lengthOf(1);
  });

  it('tells which guests are on a node that is down, and asks for its state only where guests are elsewhere', async () => {
    const nodes = [
      { node: 'pve02', status: 'online' },
      { node: 'pve03', status: 'offline' },
    ];
    const asked: string[] = [];
    const guests = [...GUESTS, { vmid: 300, node: 'pve03', type: 'qemu' }];
    server = await serveApi(({ url }) => {
      asked.push(url);
      return { json: { data: url.includes('/cluster/resources') ? guests : nodes } };
    });
    const door = await openApi({ listGuests }, [], { ...values(server), api_node: 'pve02' }, '127.0.0.1');

    expect((await door.listGuests()).filter(({ isLost }) => isLost).map(({ vmid }) => vmid)).to.deep.equal([
      300,
    ]);
    guests.pop();
    asked.length = 0;
    await door.listGuests();
    expect(asked.filter(url => url.endsWith('/nodes'))).to.deep.equal([]);
  });

  it('asks again when an answer breaks off, and says so where nothing but nonsense comes', async () => {
    const replies: Reply[] = [{ json: { data: GUESTS }, isCut: true }, { text: '{"data":[{"vmid":20' }];
    server = await serveApi(() => replies.shift() ?? { json: { data: GUESTS } });
    const open = (): ReturnType<typeof openApi<'listGuests'>> =>
      openApi({ listGuests }, [], { ...values(server!), api_node: 'pve02' }, '127.0.0.1');

    expect((await (await open()).listGuests()).map(({ vmid }) => vmid)).to.deep.equal([200]);

    replies.push(...Array<Reply>(4).fill({ text: '<html>Please log in to this network</html>' }));
    const failure = await (await open()).listGuests().then(String, String);
    expect(failure)
      .to.contain('/cluster/resources?type=vm: the answer (200) is none of Proxmox VE’s API')
      .and.not.contain('html');
  }).timeout(20_000);

  it('asks once, and says why, where it is not let in', async () => {
    server = await serveApi(() => ({ status: 401, reason: 'Authentication failed!' }));
    const door = await openApi({ listGuests }, [], { ...values(server), api_node: 'pve02' }, '127.0.0.1');

    const failure = await door.listGuests().catch((error: unknown) => error);

    expect(failure instanceof Error ? failure.message : '')
      .to.match(
        /cannot ask the API of 127\.0\.0\.1:\d+: the API does not take the token .*pveum user token list/,
      )
      .and.not.contain('secret;');
    expect(server.seen).to.have.length(1);
  });
});
