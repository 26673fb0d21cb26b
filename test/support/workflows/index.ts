export * from './waiting.ts';
export * from './everyPath.ts';
