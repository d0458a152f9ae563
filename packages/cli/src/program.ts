import { readFileSync } from 'node:fs'
import { styleText } from 'node:util'
import { Command } from 'commander'
import { publishCommand } from './publish.ts'
import { serveCommand } from './serve.ts'
import { tailCommand } from './tail.ts'

const examples = `
Try it, in three terminals:
  telltale serve
  telltale tail chat-7
  telltale publish chat-7 tool Searching the web --metadata '{"tool":"web_search"}'

telltale <command> --help says more, with examples.`

/** Builds the command `telltale` with its subcommands; `parseAsync` runs it. What a subcommand throws comes out of it. */
export function createProgram(): Command {
  const program = new Command('telltale')
    .description('Live status updates of AI work: serve them, watch them, publish them.')
    .version(readVersion(), '-v, --version')
    .configureHelp({ styleTitle: (title) => styleText('bold', title) })
    .addHelpText('after', examples)
  for (const command of [serveCommand(), tailCommand(), publishCommand()]) {
    program.addCommand(command.copyInheritedSettings(program))
  }
  return program
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}
