// For tests: of apps, of strategies of their own, and of persistence providers.
export { createTestLoop } from './testing/browser/test-loop.ts';
export type { TestClientOptions, TestLoopOptions, TestWorkerOptions } from './testing/browser/test-loop-options.ts';
export type { TestLoop, TestTab } from './testing/browser/test-loop-types.ts';
export type { MessageFaults, MessageKind } from './testing/browser/message-faults.ts';
export type { WorkerDeath } from './testing/browser/mortal-storage.ts';
export { judge, type JudgedCase, type JudgeOptions } from './testing/judge.ts';
export { withFaults } from './testing/with-faults.ts';
export type { FaultyPersistence, StorageFault, StorageFaults } from './testing/storage-faults.ts';
export { createSequentialIds, createSimulatedClock, type Clock, type IdSource, type SimulatedClock } from './clock.ts';
export { createMemoryActionSource, type MemoryActionSource } from './loop/sources/action-source.ts';
export type { Judgement } from './loop/strategies/judge.ts';
export { createMemoryPersistence, type MemoryPersistenceOptions } from './storage/memory-persistence.ts';
export type { AnyShapes, LoopShapes } from './model/shapes.ts';
export type { LoopClient, NudgeloopClient } from './page/client-types.ts';
export type { PortableClientOptions } from './page/loop-options.ts';
export { persistenceContract, type PersistenceContractCase, type PersistenceFactory } from './testing/persistence-contract.ts';
export { isNudgeloopError, NudgeloopError } from './errors.ts';
