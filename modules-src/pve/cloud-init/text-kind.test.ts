import { expect } from 'chai';
import { textKind } from './text-kind.ts';

const OTHERS: readonly (readonly [text: string, name: string])[] = [
  ['#!/bin/sh\necho hello\n', 'a script'],
  ['#include\nhttps://example.test/a\n', 'a list of addresses to include'],
  ['#include-once\nhttps://example.test/a\n', 'a list of addresses to include'],
  ['#cloud-boothook\n#!/bin/sh\n', 'a boot hook'],
  ['#part-handler\n', 'a part handler'],
  ['#cloud-config-archive\n- content: x\n', 'a cloud-config archive'],
  ['## template: jinja\n#cloud-config\npackages: [a]\n', 'a template'],
  ['Content-Type: multipart/mixed; boundary="x"\nMIME-Version: 1.0\n', 'a MIME message'],
  ['MIME-Version: 1.0\n', 'a MIME message'],
  ['#ps1_sysnative\nGet-Process\n', 'a script for Windows'],
  ['<powershell>\n</powershell>\n', 'a script for Windows'],
  ['{"ignition": {"version": "3.4.0"}}', 'an Ignition configuration'],
  ['{\n  "ignition": {"version": "3.4.0"},\n  "passwd": {}\n}\n', 'an Ignition configuration'],
  ['variant: fcos\nversion: 1.5.0\n', 'a Butane configuration'],
  ['version: v1alpha1\nmachine:\n  type: worker\ncluster: {}\n', 'a Talos machine configuration'],
  [
    '---\napiVersion: v1alpha1\nkind: HostnameConfig\n---\napiVersion: v1alpha1\nkind: X\n',
    'a configuration of Talos or Kubernetes',
  ],
  ['packages: [a]\n---\nruncmd: [b]\n', 'a text of several YAML documents'],
  ['<?xml version="1.0"?>\n<unattend/>\n', 'an XML document'],
  ['[settings.host-containers]\nenabled = true\n', 'a TOML or INI file'],
];

describe('a text for cloud-init', () => {
  for (const [text, name] of OTHERS) {
    it(`is ${name}: ${JSON.stringify(text.slice(0, 40))}`, () => {
      expect(textKind(text)).to.deep.equal({ kind: 'other', name });
    });
  }

  it('is cloud-config by its header, whatever stands before it', () => {
    for (const text of ['#cloud-config\n', '\n#cloud-config\na: 1\n', '\uFEFF#cloud-config\r\na: 1\r\n'])
      expect(textKind(text)).to.deep.equal({ kind: 'cloud-config', hasHeader: true });
  });

  it('is cloud-config without one where it is a dictionary', () => {
    for (const text of [
      'packages: [a]\n',
      '---\n# mine\n"packages":\n  - a\n',
      '{packages: [a]}',
      '{"packages": ["a"]}',
    ])
      expect(textKind(text)).to.deep.equal({ kind: 'cloud-config', hasHeader: false });
  });

  it('is nothing that is known', () => {
    for (const text of ['', '- a list\n', 'hello\n'])
      expect(textKind(text)).to.deep.equal({ kind: 'unknown' });
  });
});
