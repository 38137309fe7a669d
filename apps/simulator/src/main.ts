import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { readSimulatorEnvironment } from './environment.ts';
import { SimulatorModule } from './simulator.module.ts';

const { port, host } = readSimulatorEnvironment();
const app = await NestFactory.create(SimulatorModule.register(), { logger: ['error', 'warn'], bodyParser: false });
app.enableShutdownHooks();
await app.listen(port, host);
console.log(`The simulator answers at ${await app.getUrl()} (phones: ${await app.getUrl()}/sim/)`);
