import { expect } from 'chai';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { ownFolder } from '../../system/own-folder.fixture.ts';
import { withAgent } from './agent.ts';
import { listenToConsole } from './serial-console.ts';

/** A server at the place of QEMU's socket. */
describe('the sockets of a guest', () => {
  const at = ownFolder();
  let server: Server | undefined;
  afterEach(async () => {
    await new Promise(resolve => (server === undefined ? resolve(undefined) : server.close(resolve)));
    server = undefined;
  });

  const path = (): string => at('socket');
  const listen = (serve: (socket: Socket) => void): Promise<void> =>
    new Promise(resolve => {
      server = createServer(serve).listen(path(), resolve);
    });

  /** Answers as the agent does, after the rest of an answer that somebody else did not read. */
  const agent = (answers: Readonly<Record<string, unknown>>) => (socket: Socket) => {
    socket.write('-left": over}\n{"return": 7}\n{"error": {"class": "Late"}}\n');
    socket.on('error', () => undefined);
    socket.on('data', data => {
      for (const line of data.toString().trim().split('\n')) {
        const { execute, arguments: args } = JSON.parse(line) as {
          readonly execute: string;
          readonly arguments: Readonly<Record<string, unknown>>;
        };
        const answer = execute === 'guest-sync' ? { return: args['id'] } : answers[execute];
        socket.write(`${JSON.stringify(answer ?? { error: { class: 'CommandNotFound' } })}\n`);
      }
    });
  };

  it('are asked for several things in one go', async () => {
    await listen(agent({ 'guest-ping': { return: {} }, 'guest-info': { return: { version: '9' } } }));

    expect(
      await withAgent(path(), async ask => [await ask('guest-ping'), await ask('guest-info')]),
    ).to.deep.equal([{}, { version: '9' }]);
  });

  it('tell what the agent refuses, and go on', async () => {
    await listen(agent({ 'guest-ping': { return: {} } }));

    expect(
      await withAgent(path(), async ask => [
        await ask('guest-exec').catch((error: unknown) => String(error)),
        await ask('guest-ping'),
      ]),
    ).to.deep.equal(['Error: {"error":{"class":"CommandNotFound"}}', {}]);
  });

  it('tell nothing where nobody is', async () => {
    expect(await withAgent(path(), () => Promise.resolve(1))).to.equal(undefined);
    await listen(socket => socket.destroy());
    expect(await withAgent(path(), () => Promise.resolve(1))).to.equal(undefined);
  });

  it('show the last lines of the console, without control characters', async () => {
    await listen(socket => {
      socket.write('old line\n'.repeat(3000));
      socket.write(
        '[\u001b[0;32m  OK  \u001b[0m] Started \u001b[0;1;39mssh.service\u001b[0m.\r\n\r\nweb-01 login: ',
      );
    });
    const console = await listenToConsole(path());
    while (!console.lastLines().join().includes('login')) await setImmediate();

    expect(console.lastLines()).to.have.lengthOf(10);
    expect(console.lastLines().slice(-2)).to.deep.equal(['[  OK  ] Started ssh.service.', 'web-01 login:']);
    console.close();
  });

  it('show nothing where there is no console', async () => {
    expect((await listenToConsole(path())).lastLines()).to.deep.equal([]);
  });
});
