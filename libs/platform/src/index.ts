export * from './config.ts';
export * from './environment.ts';
export * from './health.ts';
export * from './load-config.ts';
export * from './logging.ts';
export * from './metrics.ts';
export * from './runtime.ts';
export * from './stop-on-signal.ts';
export { endKeepAlive } from './end-keep-alive.ts';
