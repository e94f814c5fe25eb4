import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addressesOf,
  deviceOf,
  hasSign,
  missingSign,
  NO_SIGNS,
  readInterfaces,
  readStatus,
  STATUS_SCRIPT,
  staticAddresses,
} from './guest-signs.ts';
import { parseVmConfig } from '../text/vm-config.ts';

const INTERFACES = [
  { name: 'lo', 'hardware-address': '00:00:00:00:00:00', 'ip-addresses': [{ 'ip-address': '127.0.0.1' }] },
  {
    name: 'eth0',
    'hardware-address': 'BC:24:11:00:00:01',
    'ip-addresses': [
      { 'ip-address': '192.0.2.7' },
      { 'ip-address': 'fe80::1' },
      { 'ip-address': '2001:db8::7' },
    ],
  },
  {
    name: 'eth1',
    'hardware-address': 'bc:24:11:00:00:02',
    'ip-addresses': [{ 'ip-address': '169.254.3.4' }],
  },
  { name: 'eth2' },
];

describe('what a guest agent tells', () => {
  it('has the addresses that others can use, by interface', () => {
    const interfaces = readInterfaces(INTERFACES);

    expect(interfaces).to.deep.equal([
      { name: 'eth0', mac: 'bc:24:11:00:00:01', addresses: ['192.0.2.7', '2001:db8::7'] },
    ]);
    expect(addressesOf({ agent: true, interfaces })).to.deep.equal(['192.0.2.7', '2001:db8::7']);
  });

  it('may be nothing at all', () => {
    for (const answer of [undefined, {}, [], [null], 'x']) expect(readInterfaces(answer)).to.deep.equal([]);
  });

  it('belongs to the network device of the same MAC address', () => {
    const config = parseVmConfig('net0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n');

    expect(deviceOf('bc:24:11:00:00:01', config)).to.equal('net0');
    expect(deviceOf('bc:24:11:00:00:02', config)).to.equal(undefined);
    expect(deviceOf('', config)).to.equal(undefined);
  });
});

describe('the status of cloud-init', () => {
  it('is read with its detail and the units that failed', () => {
    expect(
      readStatus(
        'status: done\nextended_status: degraded done\nboot_status_code: enabled-by-generator\n' +
          'last_update: Thu, 01 Jan 1970 00:00:40 +0000\ndetail: DataSourceNoCloud [seed=/dev/sr0]\nerrors: []\n' +
          '--units--\nssh.service loaded failed failed OpenBSD Secure Shell server\n',
      ),
    ).to.deep.equal({
      cloudInit: { status: 'done', detail: 'DataSourceNoCloud [seed=/dev/sr0]' },
      failedUnits: ['ssh.service'],
    });
  });

  it('is read as version 22.4 writes it, detail on lines of their own', () => {
    expect(
      readStatus("status: error\ntime: Thu\ndetail:\n('locale', ProcessExecutionError())\n--units--\n"),
    ).to.deep.equal({
      cloudInit: { status: 'error', detail: "('locale', ProcessExecutionError())" },
      failedUnits: [],
    });
  });

  it('is read as versions since 23.4 write it, errors in a field of their own', () => {
    expect(
      readStatus(
        'status: error\nextended_status: error - done\ndetail: DataSourceNoCloud [seed=/dev/sr0]\n' +
          "errors:\n\t- ('scripts_user', RuntimeError('Runparts: 1 failures'))\n\t- second\n" +
          'recoverable_errors:\nWARNING:\n\t- third\n--units--\n',
      ).cloudInit,
    ).to.deep.equal({
      status: 'error',
      detail: "('scripts_user', RuntimeError('Runparts: 1 failures')) - second",
    });
  });

  it('is asked for once, whatever cloud-init ends with', () => {
    const [folder, asked] = [mkdtempSync(join(tmpdir(), 'guest-')), 'cloud-init status --long\n'];
    const script = '#!/bin/sh\necho "cloud-init $*" >> "$0.log"; echo status: error; exit 1\n';
    writeFileSync(join(folder, 'cloud-init'), script, { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
    const printed = spawnSync('/bin/sh', ['-c', STATUS_SCRIPT], { env, encoding: 'utf8' }).stdout;

    expect(readStatus(printed).cloudInit?.status).to.equal('error');
    expect(readFileSync(join(folder, 'cloud-init.log'), 'utf8')).to.equal(asked);
    rmSync(folder, { recursive: true });
  });

  it('is that it is not there where the guest has none', () => {
    expect(readStatus('--units--\n').cloudInit).to.deep.equal({ status: 'not installed', detail: '' });
  });
});

describe('the sign of a guest', () => {
  const agent = { agent: true, interfaces: [] };

  it('that cloud-init has come to its end is any end', () => {
    const ended = [
      'done',
      'error',
      'disabled',
      'degraded done',
      'error - done',
      'running',
      'not run',
      'not installed',
    ];

    expect(
      ended.filter(status => hasSign('cloud-init', { ...agent, cloudInit: { status, detail: '' } })),
    ).to.deep.equal(ended.slice(0, 5));
  });

  it('that does not come has a reason', () => {
    expect(missingSign('agent', NO_SIGNS, [])).to.equal('its guest agent did not answer');
    expect(missingSign('address', agent, [])).to.equal('its guest agent reported no address');
    expect(missingSign('ssh', agent, ['192.0.2.7'])).to.equal('no SSH server answered at 192.0.2.7');
    expect(missingSign('ssh', NO_SIGNS, [])).to.contain('nobody knows an address of it');
    expect(missingSign('cloud-init', agent, [])).to.contain('guest-exec');
    expect(
      missingSign('cloud-init', { ...agent, cloudInit: { status: 'running', detail: '' } }, []),
    ).to.equal('cloud-init is still "running"');
  });
});

describe('the static addresses of a VM', () => {
  it('are those of its settings, of both families', () => {
    const config = parseVmConfig(
      'ipconfig0: ip=192.0.2.7/24,gw=192.0.2.1,ip6=2001:db8::7/64\nipconfig1: ip=dhcp,ip6=auto\n',
    );

    expect(staticAddresses(config)).to.deep.equal(['192.0.2.7', '2001:db8::7']);
  });
});
