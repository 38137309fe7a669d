export * from './open-expertise.ts';
