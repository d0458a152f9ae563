export { backplaneSuite, type SuiteRunner } from './backplane-suite.ts'
export { createManualClock, type ManualClock } from './manual-clock.ts'
export { seededRandom } from './seeded-random.ts'
