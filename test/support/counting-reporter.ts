import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

/**
 * Mocha's spec reporter, which also adds a line about the run to the file named by `--reporter-option counts=<file>`.
 *
 * ```json
 * {"passed":11,"failed":1,"failures":["the gateway answers 504: expected 503 to equal 504"]}
 * ```
 */
class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file: unknown = options.reporterOptions?.counts;
    if (typeof file !== 'string') return;
    const failures: string[] = [];
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (test: Mocha.Test, error: Error) => {
      failures.push(`${test.fullTitle()}: ${error.message}`);
    });
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures: failed } = this.stats;
      appendFileSync(file, `${JSON.stringify({ passed: passes, failed, failures })}\n`);
    });
  }
}

// Mocha looks for the reporter as the module's default export.
export default CountingReporter;
