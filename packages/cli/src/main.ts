import { createProgram } from './program.ts'
import { endOnClosedOutput, fail } from './terminal.ts'

endOnClosedOutput()
const program = createProgram()
if (process.argv.length <= 2) program.outputHelp()
else await program.parseAsync().catch(fail)
