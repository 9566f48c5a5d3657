// For tests: of apps with strategies of their own, and of persistence providers.
export { createSequentialIds, createSimulatedClock, type Clock, type IdSource, type SimulatedClock } from './clock.ts';
export { createMemoryActionSource, type MemoryActionSource } from './loop/action-source.ts';
export { createMemoryPersistence, type MemoryPersistenceOptions } from './storage/memory-persistence.ts';
export { persistenceContract, type PersistenceContractCase, type PersistenceFactory } from './testing/persistence-contract.ts';
