import { describe, expect, it } from '@jest/globals';
import { checkVersions } from './script.mjs';

describe('checking versions', () => {
  it.each([
    ['20.19.0', 'npm/10.8.2 node/v20.19.0 linux x64'],
    ['24.0.0', 'npm/11.19.1 node/v24.0.0 linux x64'],
    ['22.1.0', undefined],
  ])('accepts Node %s with %s', (node, agent) => {
    expect(() => checkVersions(node, agent)).not.toThrow();
  });

  it.each([
    ['20.18.3', 'npm/10.8.2', /^Node 20\.18\.3 is too old: .*20\.19/],
    ['18.20.4', 'npm/10.8.2', /^Node 18\.20\.4 is too old/],
    ['20.19.0', 'npm/9.6.7 node/v20.19.0', /^npm 9\.6\.7 is too old: .*10/],
  ])('refuses Node %s with %s by name', (node, agent, message) => {
    expect(() => checkVersions(node, agent)).toThrow(message);
  });
});
