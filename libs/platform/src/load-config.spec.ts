import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from './load-config.ts';

const GOOD = `
accounts:
  - { channel: telegram, account: shop, settings: { token: '\${TELEGRAM_TOKEN}' } }
queues:
  - { id: sea, name: South-East Asia }
agents:
  - id: li-na
    name: Li Na
    email: lina@example.test
    password: long-enough
    languages: [zh-CN]
    zone: Asia/Shanghai
    queues: [sea]
    shifts: [{ days: [1], from: '22:00', to: '06:00', zone: Asia/Shanghai }]
`;

function written(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'seaway-config-')), 'seaway.yaml');
  writeFileSync(file, text);
  return file;
}

function problemsOf(text: string, env: Record<string, string> = { TELEGRAM_TOKEN: '1:x' }): readonly string[] {
  try {
    loadConfig(written(text), env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('seaway.yaml', () => {
  it('is read with secrets from the environment and defaults filled in', () => {
    const config = loadConfig(written(GOOD), { TELEGRAM_TOKEN: '1:x' });
    expect(config.accounts[0]?.settings).toEqual({ token: '1:x' });
    expect(config).toMatchObject({ partitions: 48, pack: 'packs/livestream', bot: { enabled: true } });
    expect(config.agents[0]).toMatchObject({ role: 'agent', capacity: 5 });
  });

  it('reports every problem at once, each with the path of the field and what is expected', () => {
    const bad = GOOD.replace('lina@example.test', 'nobody')
      .replace('zone: Asia/Shanghai\n', 'zone: Asia/Nowhere\n')
      .replace("from: '22:00'", "from: '25:00'")
      .replace('password: long-enough', 'password: long-enough\n    pasword: typo');
    const problems = problemsOf(bad, {});
    expect(problems.join('\n')).toMatch(
      /accounts\[0\]\.settings\.token: expects the environment variable TELEGRAM_TOKEN/,
    );
    expect(problems.join('\n')).toMatch(/agents\[0\]\.email: /);
    expect(problems.join('\n')).toMatch(/agents\[0\]\.zone: expected an IANA time zone/);
    expect(problems.join('\n')).toMatch(/agents\[0\]\.shifts\[0\]\.from: expected HH:MM/);
    expect(problems.join('\n')).toMatch(/agents\[0\]: Unrecognized key: "pasword"/);
  });

  it('names a queue that does not exist and an id that is declared twice', () => {
    const bad = GOOD.replace('queues: [sea]', 'queues: [sae]').replace(
      '  - { id: sea, name: South-East Asia }\n',
      '  - { id: sea, name: South-East Asia }\n  - { id: sea, name: Again }\n',
    );
    expect(problemsOf(bad)).toEqual([
      'agents[0].queues[0]: "sae" is no queue; known are sea',
      'queues: "sea" is declared more than once',
    ]);
  });

  it('says where the file was looked for, and what is wrong with its YAML', () => {
    expect(() => loadConfig('/nowhere/seaway.yaml', {})).toThrow(
      /\/nowhere\/seaway.yaml .*cannot be read.*SEAWAY_CONFIG/s,
    );
    expect(problemsOf('accounts: [')[0]).toMatch(/is not valid YAML/);
  });
});
