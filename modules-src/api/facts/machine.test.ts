import { expect } from 'chai';
import { ApiFailure } from '../client/failure.ts';
import { readMachine } from './machine.ts';

const told = (status: () => unknown): ReturnType<ReturnType<typeof readMachine>> =>
  readMachine({
    node: 'pve01',
    client: {
      // As a node of 9.2 tells them.
      get: path => Promise.resolve().then(() => (path === '/version' ? { version: '9.2.2' } : status())),
    },
  })();

describe('a machine by the API', () => {
  it('is the node, whatever the controller is', async () => {
    const status = {
      cpuinfo: { cpus: 4 },
      memory: { total: 2 ** 33 },
      'current-kernel': { machine: 'aarch64' },
    };

    expect(await told(() => status)).to.include({ architecture: 'arm64', cpus: 4, memoryMib: 8192 });
  });

  it('is one of which nothing is known, where the token may not see it', async () => {
    const forbidden = (): never => {
      throw new ApiFailure('Permission check failed', false, 403);
    };

    expect(await told(forbidden)).to.include({
      architecture: undefined,
      cpus: undefined,
      memoryMib: undefined,
    });
  });
});
