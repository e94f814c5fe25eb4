import { expect } from 'chai';
import { hasMemory, isKnownScript } from './usable.ts';

const SCRIPT = `#!/usr/bin/perl

use strict;
use warnings;

use PVE::CLI::qm;

PVE::CLI::qm->run_cli_handler();
`;

describe('a Perl process that answers in the place of qm', () => {
  it('is used for the qm that is known', () => {
    expect(isKnownScript(SCRIPT)).to.equal(true);
    expect(isKnownScript(SCRIPT.trimEnd())).to.equal(true);
  });

  it('is used for no other', () => {
    const others = [
      undefined,
      '',
      `${SCRIPT}print "more";\n`,
      SCRIPT.replace('use warnings;\n', 'use warnings;\n$ENV{X} = 1;\n'),
      SCRIPT.replace('run_cli_handler()', 'run_cli_handler(prepare => sub {})'),
      SCRIPT.replace('/usr/bin/perl', '/usr/bin/perl -T'),
      SCRIPT.replaceAll('qm', 'pct'),
      '#!/bin/sh\nexec /usr/sbin/qm.real "$@"\n',
    ];
    for (const other of others) expect(isKnownScript(other), other).to.equal(false);
  });

  it('is used where the node has half a gibibyte to spare', () => {
    const memory = (kib: number): string => `MemTotal: 9 kB\nMemAvailable:   ${kib} kB\nBuffers: 1 kB\n`;
    expect(hasMemory(memory(524_288))).to.equal(true);
    expect(hasMemory(memory(524_287))).to.equal(false);
    expect(hasMemory(undefined)).to.equal(false);
    expect(hasMemory('MemFree: 9999999 kB\n')).to.equal(false);
  });
});
