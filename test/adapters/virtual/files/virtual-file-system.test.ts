import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Extents, VirtualFileSystem, compareTrees, extentStream } from '../../../../src/adapters/virtual/index.ts'
import type { DirectoryNode } from '../../../../src/adapters/virtual/index.ts'
import { heldBytes } from '../../../../src/engine/bytes/held-bytes.ts'
import { readContent } from '../../../../src/adapters/virtual/files/held-file.ts'
import { FileSystemError } from '../../../../src/engine/errors.ts'

/** The naive model: paths with bytes; directories have none. A new copy for every instant. */
type Model = ReadonlyMap<string, readonly number[] | 'directory'>

function modelOf(root: DirectoryNode, below = ''): Model {
  const model = new Map<string, readonly number[] | 'directory'>()
  for (const name of root.names()) {
    const node = root.get(name)!
    const path = below + name
    if (node.kind === 'file') model.set(path, [...heldBytes(readContent(node.content, 0, node.size))])
    if (node.kind === 'directory') {
      model.set(path, 'directory')
      for (const [inner, content] of modelOf(node, `${path}/`)) model.set(inner, content)
    }
  }
  return model
}

const PATHS = ['a', 'b', 'd', 'd/a', 'd/b', 'd/e', 'd/e/a', 'd/e/b']
const path = fc.constantFrom(...PATHS)
const bytes = fc.uint8Array({ maxLength: 12 })

type Operation =
  | { readonly kind: 'mkdir'; readonly path: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly bytes: Uint8Array }
  | {
      readonly kind: 'splice'
      readonly path: string
      readonly at: number
      readonly gone: number
      readonly bytes: Uint8Array
    }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('mkdir' as const), path }),
  fc.record({ kind: fc.constant('remove' as const), path }),
  fc.record({ kind: fc.constant('write' as const), path, bytes }),
  fc.record({ kind: fc.constant('splice' as const), path, at: fc.nat(20), gone: fc.nat(20), bytes }),
  fc.record({ kind: fc.constant('rename' as const), path, to: path }),
)
/** Operations, and seconds that pass before each: often none, so that several fall on one instant. */
const history = fc.array(fc.tuple(operation, fc.constantFrom(0, 0, 1, 2.5)), { maxLength: 25 })

const parentOf = (of: string): string => of.slice(0, Math.max(0, of.lastIndexOf('/')))
const isDirectory = (model: Model, of: string): boolean => of === '' || model.get(of) === 'directory'

/** The state after an operation; undefined when it is not possible. */
function applied(model: Model, step: Operation): Model | undefined {
  const next = new Map(model)
  const here = model.get(step.path)
  const parentThere = isDirectory(model, parentOf(step.path))
  if (step.kind === 'mkdir') {
    if (here !== undefined || !parentThere) return undefined
    return next.set(step.path, 'directory')
  }
  if (step.kind === 'write') {
    if (here === 'directory' || !parentThere) return undefined
    return next.set(step.path, [...step.bytes])
  }
  if (here === undefined) return undefined
  const moved = [...model].filter(([other]) => other === step.path || other.startsWith(`${step.path}/`))
  if (step.kind === 'remove') {
    for (const [other] of moved) next.delete(other)
    return next
  }
  if (step.kind === 'splice') {
    if (here === 'directory' || step.at + step.gone > here.length) return undefined
    return next.set(step.path, here.toSpliced(step.at, step.gone, ...step.bytes))
  }
  if (step.to === step.path || step.to.startsWith(`${step.path}/`)) return undefined
  if (!isDirectory(model, parentOf(step.to)) || model.get(step.to) === 'directory') return undefined
  for (const [other] of moved) next.delete(other)
  for (const [other, content] of moved) next.set(step.to + other.slice(step.path.length), content)
  return next
}

function perform(files: VirtualFileSystem, step: Operation, time: number): void {
  if (step.kind === 'mkdir') files.mkdir(step.path, time)
  else if (step.kind === 'remove') files.remove(step.path, time)
  else if (step.kind === 'write') files.writeFile(step.path, step.bytes, time)
  else if (step.kind === 'splice') files.splice(step.path, step.at, step.gone, step.bytes, time)
  else files.rename(step.path, step.to, time)
}

/** Carries out a history in both; gives the model's state after each instant. */
function play(
  files: VirtualFileSystem,
  steps: readonly (readonly [Operation, number])[],
  from: Model = new Map(),
): { time: number; model: Model }[] {
  let model = from
  let { time } = files
  const states: { time: number; model: Model }[] = [{ time, model }]
  for (const [step, passed] of steps) {
    time += passed
    const next = applied(model, step)
    if (next === undefined) {
      expect(() => perform(files, step, time)).toThrow(FileSystemError)
      continue
    }
    perform(files, step, time)
    model = next
    if (states.at(-1)!.time === time) states.pop()
    states.push({ time, model })
  }
  return states
}

const sorted = (model: Model): [string, unknown][] => [...model].sort(([a], [b]) => (a < b ? -1 : 1))
const expectState = (root: DirectoryNode | undefined, model: Model): void => {
  expect(sorted(modelOf(root!))).toEqual(sorted(model))
}

describe('a virtual filesystem', () => {
  it('remembers its state at every instant, as copies of all files would', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const files = new VirtualFileSystem({ time: 100 })
        const states = play(files, steps)
        for (const [number, { time, model }] of states.entries()) {
          expectState(files.at(time), model)
          const next = states[number + 1]
          if (next !== undefined) expectState(files.at((time + next.time) / 2), model)
        }
        expectState(files.root, states.at(-1)!.model)
        expect(files.at(99.9)).toBeUndefined()
      }),
    )
  })

  it('knows number and size of what is below each directory', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const files = new VirtualFileSystem({ time: 0 })
        const { model } = play(files, steps).at(-1)!
        const contents = [...model.values()].filter((content) => content !== 'directory')
        expect(files.files).toBe(contents.length)
        expect(files.bytes).toBe(contents.reduce((sum, content) => sum + content.length, 0))
        expect(files.root.entries).toBe(model.size)
        for (let at = 0; at < files.bytes; at++) {
          const found = files.root.fileAtByte(at)
          expect(files.lookup(found.path)).toBe(found.file)
        }
      }),
    )
  })

  it('forks into branches that share the past and nothing else', () => {
    fc.assert(
      fc.property(history, history, history, (before, mine, yours) => {
        const original = new VirtualFileSystem({ time: 0 })
        const past = play(original, before)
        const { model } = past.at(-1)!
        const fork = original.fork()
        const forkOfFork = fork.fork()
        const continued = play(original, mine, model)
        const forked = play(fork, yours, model)
        for (const { time, model: state } of past.slice(0, -1))
          for (const each of [original, fork, forkOfFork]) expectState(each.at(time), state)
        for (const { time, model: state } of continued) expectState(original.at(time), state)
        for (const { time, model: state } of forked) expectState(fork.at(time), state)
        expectState(forkOfFork.root, model)
      }),
    )
  })

  it('forgets what only earlier instants need', () => {
    fc.assert(
      fc.property(history, history, fc.nat(60), (before, after, instant) => {
        const original = new VirtualFileSystem({ time: 0 })
        const past = play(original, before)
        const fork = original.fork()
        const states = [...past.slice(0, -1), ...play(fork, after, past.at(-1)!.model)]
        fork.forget(instant)
        for (const { time, model } of states) if (time >= instant) expectState(fork.at(time), model)
        for (const { time, model } of past) expectState(original.at(time), model)
        expectState(fork.root, states.at(-1)!.model)
      }),
    )
  })

  it('gives directories and files another version when, and only when, something in them changed', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const files = new VirtualFileSystem({ time: 0 })
        const seen = new Map<string, DirectoryNode>()
        for (const [step, passed] of steps) {
          try {
            perform(files, step, files.time + passed)
          } catch (error) {
            if (!(error instanceof FileSystemError)) throw error
          }
          const { root } = files
          const same = seen.get(root.version)
          if (same !== undefined) expect(compareTrees(root, same).equal).toBe(true)
          seen.set(root.version, root)
        }
      }),
    )
  })
})

describe('what the application wrote', () => {
  const files = new VirtualFileSystem({ time: 0 })
  files.mkdir('d', 0)
  files.writeFile('d/a', new Uint8Array(100), 10)
  files.splice('d/a', 5, 10, new Uint8Array(30), 20)
  files.append('d/a', new Uint8Array(7), 20)
  files.writeFile('b', new Uint8Array(1000), 30, { by: 'restore' })
  files.writeFile('d/a', new Uint8Array(500), 30, { by: 'intruder' })
  files.writeFile('b', new Uint8Array(2), 40)

  it('is counted in (from, to], without what a restore or an intruder wrote', () => {
    expect(files.writtenBytes(0, 40)).toBe(100 + 30 + 7 + 2)
    expect(files.writtenBytes(10, 40)).toBe(30 + 7 + 2)
    expect(files.writtenBytes(9.9, 20)).toBe(137)
    expect(files.writtenBytes(20, 39)).toBe(0)
    expect(files.writtenBytes(-100, 5)).toBe(0)
  })

  it('is counted below some paths only', () => {
    expect(files.writtenBytes(0, 40, ['d'])).toBe(137)
    expect(files.writtenBytes(10, 40, ['d/a'])).toBe(37)
    expect(files.writtenBytes(0, 40, ['b', 'd'])).toBe(139)
    expect(files.writtenBytes(0, 40, ['dd'])).toBe(0)
  })

  it('is known to a fork, for before and after it', () => {
    const fork = files.fork()
    fork.writeFile('c', new Uint8Array(50), 50)
    files.writeFile('c', new Uint8Array(9), 45)
    expect(fork.writtenBytes(0, 60)).toBe(139 + 50)
    expect(fork.writtenBytes(10, 60, ['b', 'c'])).toBe(52)
    expect(files.writtenBytes(0, 60)).toBe(139 + 9)
  })
})

describe('names, links, kinds', () => {
  it('writes through all names of a hard-linked file', () => {
    const files = new VirtualFileSystem({ time: 0 })
    files.writeFile('a', Uint8Array.of(1), 0)
    files.link('b', 'a', 1)
    files.append('b', Uint8Array.of(2), 2)
    const contentOf = (name: string): unknown => modelOf(files.root).get(name)
    expect([contentOf('a'), contentOf('b')]).toEqual([
      [1, 2],
      [1, 2],
    ])
    files.remove('a', 3)
    expect(contentOf('b')).toEqual([1, 2])
  })

  it('keeps names in order of bytes', () => {
    const files = new VirtualFileSystem({ time: 0 })
    for (const name of ['b', 'a.b', 'a', 'a-b', 'Z', '\u00ff', '_']) files.writeFile(name, new Uint8Array(0), 0)
    expect(files.root.names()).toEqual(['Z', '_', 'a', 'a-b', 'a.b', 'b', '\u00ff'])
  })

  it('counts what a group of files stands for', () => {
    const files = new VirtualFileSystem({ time: 0 })
    files.writeFile('group', Extents.of(extentStream('g', 2), 0, 1e9), 0, { stands: 2000 })
    expect([files.files, files.root.entries]).toEqual([1, 2000])
    files.represent('group', 2100, 1)
    files.append('group', Extents.of(extentStream('h', 2), 0, 1e7), 1)
    expect([files.files, files.root.entries, files.bytes]).toEqual([1, 2100, 1.01e9])
  })

  it('refuses to go back in time, and to mix bytes with descriptions', () => {
    const files = new VirtualFileSystem({ time: 10 })
    expect(() => files.mkdir('d', 9)).toThrow(RangeError)
    files.writeFile('a', Uint8Array.of(1, 2), 10)
    expect(() => files.append('a', Extents.of(extentStream('x', 1), 0, 5), 10)).toThrow(TypeError)
  })

  it('leaves the state alone when an operation fails', () => {
    const files = new VirtualFileSystem({ time: 0 })
    files.writeFile('a', Uint8Array.of(1), 0)
    const before = files.root
    expect(() => files.mkdir('a', 0)).toThrow('cannot make directory a: it exists')
    expect(() => files.writeFile('x/a', Uint8Array.of(1), 0)).toThrow('there is no directory x')
    expect(() => files.remove('b', 0)).toThrow('there is no such file')
    expect(() => files.splice('a', 1, 1, Uint8Array.of(1), 0)).toThrow('has no bytes [1, 2)')
    files.mkdir('d', 0)
    expect(() => files.remove('d/b', 0)).toThrow('there is no such file')
    expect(files.root.entries).toBe(2)
    files.remove('d', 0)
    expect(compareTrees(files.root, before).equal).toBe(true)
    expect(files.writtenBytes(-1, 0)).toBe(1)
  })
})

describe('a large file', () => {
  it('holds long histories of small edits as bytes would', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.nat(40_000), fc.nat(40_000)), { minLength: 1, maxLength: 12 }),
        (edits) => {
          const files = new VirtualFileSystem({ time: 0 })
          let model = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251)
          files.writeFile('a', model, 0)
          for (const [number, [place, gone, come]] of edits.entries()) {
            const at = place % (model.length + 1)
            const deleted = Math.min(gone, model.length - at)
            const inserted = new Uint8Array(come).fill(number)
            files.splice('a', at, deleted, inserted, number + 1)
            const next = new Uint8Array(model.length - deleted + come)
            next.set(model.subarray(0, at))
            next.set(inserted, at)
            next.set(model.subarray(at + deleted), at + come)
            model = next
          }
          const node = files.lookup('a')
          if (node?.kind !== 'file') throw new Error('there should be a file')
          expect(Buffer.compare(heldBytes(readContent(node.content, 0, node.size)), model)).toBe(0)
        },
      ),
      { numRuns: 30 },
    )
  })
})
