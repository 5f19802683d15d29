import Mocha from 'mocha'

const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } = Mocha.Runner.constants

/** A mocha reporter that prints one character for each test and leaves the telling to the summary. */
export class ProgressReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    const print = (text: string) => () => process.stderr.write(text)
    runner.on(EVENT_TEST_PASS, print('.'))
    runner.on(EVENT_TEST_FAIL, print('F'))
    runner.on(EVENT_TEST_PENDING, print('-'))
    runner.on(EVENT_RUN_END, print('\n'))
  }
}
