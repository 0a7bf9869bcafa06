import { tryMutants } from './mutant-trials.ts'

tryMutants(0)
