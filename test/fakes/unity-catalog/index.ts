export { FAKE_URL, FakeDatabricks, type FakeOptions, NOW, type SeenCall } from './fake.ts'
export { type RunningFake, startFakeDatabricks } from './serve.ts'
export { answerLost, later, refusing, type Trouble, unreachable } from './troubles.ts'
