import { TRPCError } from '@trpc/server'
import type { Context } from '../app/root.ts'
import { type ContextMaker, makeContext } from '../hosts/context.ts'
import {
  awaitNote,
  hear,
  look,
  open,
  query,
  type Script,
  say,
  sayAtOnce,
  script,
  sendText,
  settle,
  stop,
  subscription,
} from '../script.ts'

/** The app's context: when it is made, of what, and what comes of it when it cannot be. */
export const contexts: readonly Script[] = [
  script('the context', [say(query(1, 'calls.context')), hear(1)]),
  script('what createContext is told of a connection', [say(query(1, 'calls.told')), hear(1)]),
  script('the context of many calls', [
    sayAtOnce(query(1, 'calls.echo'), query(2, 'calls.echo'), subscription(3, 'streams.empty')),
    hear(4),
    say(query(4, 'calls.echo')),
    hear(1),
    look(),
  ]),
  script('a context of a class', [say(query(1, 'calls.greeting')), hear(1)], {
    context: async (stage, request) => new Greeter(await makeContext(stage, request)),
  }),
  script('a context of a class that is frozen', [say(query(1, 'calls.greeting')), hear(1)], {
    context: async (stage, request) => Object.freeze(new Greeter(await makeContext(stage, request))),
  }),
  script('a context of a class with private fields', [say(query(1, 'calls.greeting')), hear(1)], {
    context: async (stage, request) => new Discreet(await makeContext(stage, request)),
  }),
  script('no context', [say(query(1, 'calls.hasContext')), hear(1)], { context: null }),
  script('a connection that asks nothing', [sendText('PING'), hear(1), look()]),
  script('a context that throws', [settle, say(query(1, 'calls.nil')), settle], {
    context: () => Promise.reject(new Error('no database')),
  }),
  script('a context that refuses', [settle, say(subscription(1, 'streams.empty')), settle], {
    context: () => {
      throw new TRPCError({ code: 'UNAUTHORIZED', message: 'who are you?' })
    },
  }),
  script('a context that throws once', [say(query(1, 'calls.nil')), settle, say(query(2, 'calls.nil')), settle], {
    context: throwingOnce(),
  }),
  script(
    'a stop while the context is made',
    [
      sayAtOnce(subscription(1, 'stopping.patient'), query(2, 'calls.echo', 'a')),
      awaitNote('making it'),
      say(stop(1)),
      sendText('PING'),
      hear(1),
      open('context'),
      hear(2),
      look(),
    ],
    {
      context: async (stage, request) => {
        stage.note('making it')
        await stage.gate('context')
        return makeContext(stage, request)
      },
    },
  ),
]

class Greeter implements Context {
  readonly stage: Context['stage']
  readonly user: string
  readonly url: string | undefined
  readonly connectionParams: Context['connectionParams']
  readonly told: object

  constructor({ stage, user, url, connectionParams, told }: Context) {
    this.stage = stage
    this.user = user
    this.url = url
    this.connectionParams = connectionParams
    this.told = told
  }

  greet(): string {
    return `hello, ${this.user}`
  }
}

class Discreet extends Greeter {
  readonly #greeting = 'good day'

  override greet(): string {
    return this.#greeting
  }
}

function throwingOnce(): ContextMaker {
  const failed = new WeakSet<object>()
  return (stage, request) => {
    if (failed.has(stage)) return makeContext(stage, request)
    failed.add(stage)
    throw new Error('no database')
  }
}
