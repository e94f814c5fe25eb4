import { expect } from 'chai';
import { SET_OPTIONS } from './command.ts';
import { VM_OPTIONS } from './vm.ts';
import { verifyParameters } from '../schema/verify.ts';
import { normalise } from '../schema/values.ts';

/** What PVE says about one option. */
const problemOf = (option: string, value: string): string | undefined =>
  verifyParameters(VM_OPTIONS, new Map([[option, value]]))[0]?.problem;

describe('verification of parameters', () => {
  it('accepts what PVE accepts', () => {
    for (const [option, value] of [
      ['memory', '2048'],
      ['net0', 'virtio,bridge=vmbr0,firewall=1'],
      ['net0', 'virtio=BC:24:11:00:00:01,bridge=vmbr0'],
      ['scsi0', 'local-lvm:32,discard=on,ssd=1'],
      ['cpu', 'cputype=host,flags=+aes'],
      ['ipconfig0', 'ip=192.0.2.5/24,gw=192.0.2.1'],
      ['tags', 'b;a,c'],
    ] as const) {
      expect(problemOf(option, value), `${option}=${value}`).to.equal(undefined);
    }
  });

  it('names type, limits and enumerations', () => {
    expect(problemOf('cores', '0')).to.equal('value must have a minimum value of 1');
    expect(problemOf('cores', 'two')).to.equal("type check ('integer') failed - got 'two'");
    expect(problemOf('onboot', 'maybe')).to.equal("type check ('boolean') failed - got 'maybe'");
    expect(problemOf('bios', 'efi')).to.equal(
      "value 'efi' does not have a value in the enumeration 'seabios, ovmf'",
    );
  });

  it('names the property inside a property string', () => {
    expect(problemOf('memory', 'abc')).to.equal(
      "invalid format - format error\nmemory.current: type check ('integer') failed - got 'abc'\n",
    );
    expect(problemOf('net0', 'virtio,tag=9999')).to.equal(
      'invalid format - format error\nnet0.tag: value must have a maximum value of 4094\n',
    );
    expect(problemOf('agent', 'bogus=1')).to.equal(
      'invalid format - format error\n' +
        'agent.enabled: property is missing and it is not optional\n' +
        'agent.bogus: property is not defined in schema and the schema does not allow additional properties\n',
    );
  });

  it('takes other names of a property, once', () => {
    expect(problemOf('scsi0', 'volume=local-lvm:32')).to.equal(undefined);
    expect(problemOf('scsi0', 'local-lvm:32,volume=local:1')).to.equal(
      "invalid format - key 'file' is already defined (via alias)\n",
    );
    expect(problemOf('net0', 'virtio,e1000=BC:24:11:00:00:01')).to.equal(
      "invalid format - key alias 'model' is already defined\n",
    );
  });

  it('wants a value behind each key', () => {
    expect(problemOf('scsi0', 'local:0,import-from=')).to.equal(
      'invalid format - missing key in comma-separated list property\n',
    );
  });

  it('knows the processors and the flags that a VM may have', () => {
    expect(problemOf('cpu', 'host,flags=+aes;-pcid')).to.equal(undefined);
    expect(problemOf('cpu', 'host,flags=+avx2')).to.include(
      'VM-specific CPU flags must be a subset of: aes,',
    );
    expect(problemOf('cpu', 'flags=+aes')).to.equal('invalid format - CPU is missing cputype\n');
    expect(problemOf('cpu', 'custom-x')).to.equal("invalid format - Custom cputype 'x' not found\n");
  });

  it('looks at each item of a list', () => {
    expect(problemOf('nameserver', '192.0.2.1 dns.example.com')).to.equal(undefined);
    expect(problemOf('tags', 'a;b!')).to.equal('invalid format - invalid characters in tag\n');
  });

  it('names the option that another needs', () => {
    const problems = verifyParameters(SET_OPTIONS, new Map([['force', '1']]));

    expect(problems).to.deep.equal([
      { parameter: 'delete', problem: "missing property required by 'force'" },
    ]);
  });

  it('asks for the address that a gateway needs', () => {
    expect(problemOf('ipconfig0', 'gw=192.0.2.1')).to.include("missing property required by 'ipconfig0.gw'");
  });

  it('keeps booleans as 1 and 0', () => {
    expect(normalise({ type: 'boolean' }, 'yes')).to.equal('1');
    expect(normalise({ type: 'boolean' }, 'off')).to.equal('0');
  });
});
