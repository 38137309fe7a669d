import 'reflect-metadata';
import { readEnvironment, type SeawayConfig, stopOnSignal } from '#libs/platform';
import { onShift } from '#libs/routing';
import { startStandalone } from './start.ts';

const env = readEnvironment();
const standalone = await startStandalone({
  ...env,
  LOG_LEVEL: process.env['LOG_LEVEL'] === undefined ? 'warn' : env.LOG_LEVEL,
});

function logIns(config: SeawayConfig): string {
  return config.agents
    .map((agent) => {
      const shift = onShift(agent.shifts, Date.now());
      return `    ${agent.email.padEnd(24)} ${agent.password.padEnd(14)} ${agent.name}, ${agent.zone}, reads ${agent.languages[0]}${shift.on ? '  ← on shift now' : ''}`;
    })
    .join('\n');
}

if (standalone.demo) {
  const { url, config, seeded } = standalone;
  console.log(`
Seaway is running${seeded > 0 ? ` (${seeded} past conversations were put into the demo shop)` : ''}.

  Inbox    ${url}/
  Phones   ${url}/sim/
  API      ${url}/api/openapi.json

  Log in as one of
${logIns(config)}

  Then write from the phone:  top up uang elektronik error
  Data: ${env.SEAWAY_DATA}    Stop: Ctrl-C
`);
} else console.log(`Seaway is running at ${standalone.url}/`);

stopOnSignal(standalone.app, standalone.runtime);
