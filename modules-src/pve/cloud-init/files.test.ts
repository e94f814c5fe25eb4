import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { cloudInitParts, DRIVE_FILES, instanceIdIn } from './files.ts';
import { parseResolvConf, resolverOf } from './resolver.ts';
import type { SnippetKind } from '../text/cloud-init-volumes.ts';
import { nextValues, parseVmConfig } from '../text/vm-config.ts';

const TRANSCRIPTS = new URL('../../../testnode/transcripts/', import.meta.url);

/** The resolver of the node on which the transcripts were recorded. */
const RECORDED_NODE = parseResolvConf('nameserver 192.0.2.53\n');

interface Dump {
  readonly id: string;
  readonly vmid: number;
  readonly part: 'user' | 'network' | 'meta';
  readonly config: string;
  readonly printed: string;
}

interface Recorded {
  readonly id: string;
  readonly argv?: readonly string[];
  readonly rc?: number;
  readonly stdout?: string;
  readonly conf_after?: Readonly<Record<string, string | null>>;
}

const recordsOf = (file: string): Recorded[] =>
  readFileSync(new URL(file, TRANSCRIPTS), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Recorded);

/**
 * The resolver of the recorded node has a documentation address in the transcripts. What is computed of the real one,
 * which nobody knows, cannot be computed again.
 */
const isOfHiddenResolver = ({ part, config }: Dump): boolean =>
  part === 'meta' && !/^nameserver: /m.test(config);

/** Every `qm cloudinit dump` that succeeded, with the configuration that the VM had then. */
function dumpsIn(file: string): Dump[] {
  const configs = new Map<string, string | null>();
  return recordsOf(file).flatMap(({ id, argv = [], rc, stdout = '', conf_after: after = {} }) => {
    for (const [vmid, text] of Object.entries(after)) configs.set(vmid, text);
    const [, verb, action, vmid = '', part] = argv;
    if (`${verb} ${action}` !== 'cloudinit dump' || (rc ?? 0) !== 0) return [];
    const config = configs.get(vmid) ?? '';
    return [{ id, vmid: Number(vmid), part: part as Dump['part'], config, printed: stdout }];
  });
}

const dumps = readdirSync(TRANSCRIPTS)
  .filter(file => file.endsWith('.jsonl'))
  .flatMap(dumpsIn);

describe('what PVE prints of a cloud-init drive', () => {
  it('was recorded for each part, on both versions', () => {
    expect(dumps.length).to.be.greaterThan(35);
    expect(new Set(dumps.map(({ part }) => part))).to.have.all.keys('user', 'network', 'meta');
  });

  const foresee = ({ vmid, config }: Dump) =>
    cloudInitParts(vmid, nextValues(parseVmConfig(config)), RECORDED_NODE);

  for (const dump of dumps.filter(other => !isOfHiddenResolver(other))) {
    it(`is foreseen byte for byte: ${dump.id}, ${dump.part}`, () => {
      expect(`${foresee(dump)[dump.part]}\n`).to.equal(dump.printed);
    });
  }

  it('has an id of its own where the recorder has replaced the address of the node’s resolver', () => {
    const hidden = dumps.filter(isOfHiddenResolver);

    expect(hidden.map(({ id }) => id)).to.deep.equal(['f1-cloudinit-010', 'pve8-f1-cloudinit-010']);
    for (const dump of hidden) expect(dump.printed).to.match(/^instance-id: [\da-f]{40}\n\n$/);
    expect(new Set(hidden.map(({ printed }) => printed)).size, 'the same on both versions').to.equal(1);
  });
});

describe('a drive as it was recorded', () => {
  it('has the files and the label of its format', () => {
    const listings = recordsOf('f1-cloudinit.jsonl').filter(({ argv }) => /isoinfo/.test(argv?.[2] ?? ''));

    expect(listings.map(({ stdout }) => stdout)).to.deep.equal([
      `${Object.values(DRIVE_FILES.nocloud)
        .map(name => `/${name}\n`)
        .sort()
        .join('')}Volume id: cidata\n`,
    ]);
  });
});

describe('a cloud-init drive', () => {
  const config = new Map(
    Object.entries({
      name: 'web-01.example.test',
      net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=1400',
      net2: 'e1000=BC:24:11:00:00:03,bridge=vmbr0',
      net10: 'virtio=BC:24:11:00:00:0A,bridge=vmbr0',
      ipconfig0: 'ip=192.0.2.5/20,gw=192.0.2.1,ip6=2001:db8::5/64,gw6=fe80::1',
      ipconfig2: 'ip6=dhcp',
      ipconfig10: 'gw=192.0.2.1',
    }),
  );
  const node = { servers: ['192.0.2.53', '192.0.2.54'], domains: ['corp.test'] };
  const partsWith = (more: Readonly<Record<string, string>>, custom?: ReadonlyMap<SnippetKind, string>) =>
    cloudInitParts(200, new Map([...config, ...Object.entries(more)]), node, custom);

  it('has the devices in the order of their names, and none of an address that PVE refuses', () => {
    expect(partsWith({}).network).to.equal(`version: 1
config:
    - type: physical
      name: eth0
      mac_address: 'bc:24:11:00:00:01'
      subnets:
      - type: static
        address: '192.0.2.5'
        netmask: '255.255.240.0'
        gateway: '192.0.2.1'
      - type: static6
        address: '2001:db8::5/64'
        gateway: 'fe80::1'
    - type: physical
      name: eth10
      mac_address: 'bc:24:11:00:00:0a'
      subnets:
    - type: physical
      name: eth2
      mac_address: 'bc:24:11:00:00:03'
      subnets:
      - type: dhcp6
    - type: nameserver
      address:
      - '192.0.2.53'
      - '192.0.2.54'
      search:
      - 'corp.test'
`);
  });

  it('is told its host name from a full one', () => {
    expect(partsWith({ searchdomain: 'ignored.test' }).user).to.contain(
      'hostname: web-01\nmanage_etc_hosts: true\nfqdn: web-01.example.test\n',
    );
  });

  it('takes servers and domains of the node, each only where the VM has none', () => {
    const { network } = partsWith({ nameserver: '9.9.9.9' });

    expect(network)
      .to.contain("- '9.9.9.9'\n      search:\n      - 'corp.test'\n")
      .and.not.contain('192.0.2.53');
  });

  it('is of the format of `citype`, else of the guest’s system', () => {
    expect(partsWith({}).format).to.equal('nocloud');
    expect(partsWith({ ostype: 'win11' }).format).to.equal('configdrive2');
    expect(partsWith({ ostype: 'win11', citype: 'nocloud' }).format).to.equal('nocloud');
  });

  it('tells Windows the DNS servers beside its static addresses', () => {
    expect(partsWith({ ostype: 'win11' }).network).to.match(
      /^auto eth0\niface eth0 inet static\n {8}address 192\.0\.2\.5\n {8}netmask 255\.255\.240\.0\n {8}gateway 192\.0\.2\.1\n {8}dns-nameservers 192\.0\.2\.53 192\.0\.2\.54\n/,
    );
  });

  it('says everything in shell variables for opennebula', () => {
    expect(partsWith({ citype: 'opennebula', ciuser: 'me', sshkeys: 'ssh-rsa%20A%0Assh-rsa%20B%0A' }).user).to
      .equal(`USERNAME=me
SSH_PUBLIC_KEY="ssh-rsa A
ssh-rsa B"
SET_HOSTNAME=web-01
DNS="192.0.2.53 192.0.2.54"
SEARCH_DOMAIN="corp.test"
ETH0_IP=192.0.2.5
ETH0_MASK=255.255.240.0
ETH0_MAC=bc:24:11:00:00:01
ETH0_GATEWAY=192.0.2.1
ETH0_MTU=1400
ETH0_IP6=2001:db8::5
ETH0_MASK6=64
ETH0_MAC6=bc:24:11:00:00:01
ETH0_GATEWAY6=fe80::1
ETH0_MTU=1400
ETH2_DHCP6=YES
NETWORK=YES
`);
  });

  it('is another instance when a user or network snippet differs, and the same whatever vendor data say', () => {
    const idOf = (kind: SnippetKind, text: string) => partsWith({}, new Map([[kind, text]])).instanceId;
    const plain = partsWith({}).instanceId;

    expect(idOf('user', 'a')).not.to.equal(plain);
    expect(idOf('network', 'a')).not.to.equal(plain);
    expect(idOf('vendor', 'a')).to.equal(plain);
    expect(idOf('meta', 'instance-id: mine\n')).to.equal('mine');
  });

  it('has the id that its meta data name, in YAML or JSON', () => {
    expect(instanceIdIn('{"uuid": "abc", "x": 1}')).to.equal('abc');
    expect(instanceIdIn('local-hostname: x\ninstance-id: "i-1" # mine\n')).to.equal('i-1');
    expect(instanceIdIn('local-hostname: x\n')).to.equal(undefined);
  });
});

describe('the resolver of a node', () => {
  it('has three servers at most and the first word of the last search or domain line', () => {
    const text =
      'domain a.test\nsearch b.test c.test\n# nameserver 9.9.9.9\n' + 'nameserver 1.1.1.1\n'.repeat(4);

    expect(parseResolvConf(text)).to.deep.equal({
      servers: ['1.1.1.1', '1.1.1.1', '1.1.1.1'],
      domains: ['b.test'],
    });
  });

  it('is not asked where the VM has its own', () => {
    const own = new Map([
      ['nameserver', '1.1.1.1  2.2.2.2'],
      ['searchdomain', 'x.test y.test'],
    ]);

    expect(resolverOf(own, { servers: ['9.9.9.9'], domains: ['n.test'] })).to.deep.equal({
      servers: ['1.1.1.1', '2.2.2.2'],
      domains: ['x.test', 'y.test'],
    });
  });
});
