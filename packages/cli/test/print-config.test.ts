import type { Terminal } from '@restmapper/host';
import { expect } from 'chai';
import { runProgram } from '../src/program.ts';

type Lines = Readonly<Record<string, string>>;

/** Prints the settings; returns the text after each name, with single blanks. */
async function print(args: readonly string[], env: Terminal['env'] = {}): Promise<Lines> {
  let printed = '';
  const terminal = {
    env,
    print: (text: string) => (printed += text),
    readFile: (path: string) => {
      if (path === '/run/secrets/amqp') return 'amqp://app:s3cret@rabbit:5672/orders\n';
      throw new Error(path);
    },
  };
  await runProgram(['print-config', ...args], terminal as unknown as Terminal);
  const lines = printed.trimEnd().split('\n');
  return Object.fromEntries(
    lines.map((line) => line.split(/ (.*)/s).map((part) => part.trim().replaceAll(/ +/g, ' '))),
  );
}

describe('print-config', () => {
  it('shows the source of each setting', async () => {
    const lines = await print(['serve'], {
      AMQP_URL_FILE: '/run/secrets/amqp',
      PORT: ' 9000 ',
      LOG_LEVEL: '',
    });

    expect(lines).to.include({
      AMQP_URL: 'amqp://app:***@rabbit:5672/orders AMQP_URL_FILE=/run/secrets/amqp',
      DATABASE_URL: '- default: none: embedded; with work only if DATA_DIR is set',
      PORT: '9000 environment',
      ADMIN_PORT: '10000 default',
      LOG_LEVEL: 'info default',
      DEAD_LETTERS: 'off default',
      ALLOWED_HOSTS: "- default: on loopback the machine's own names, else any",
    });
  });

  it('has the defaults of each role', async () => {
    expect(await print([])).to.include({ PORT: '8080 default', DEAD_LETTERS: 'on default' });
    expect(await print(['work'])).to.include({ ADMIN_PORT: '9083 default' });
  });

  it('prints passwords only with --show-secrets', async () => {
    const env = {
      AMQP_URL: 'amqp://app:s3cret@a,amqp://app:s3c%40ret@b',
      DATABASE_URL: 'postgres://app:s3cret@db/orders?sslmode=require',
    };
    const hidden = {
      AMQP_URL: 'amqp://app:***@a,amqp://app:***@b environment',
      DATABASE_URL: 'postgres://app:***@db/orders?sslmode=require environment',
    };

    expect(await print(['serve'], env)).to.include(hidden);
    expect(await print(['serve', '--redact'], env)).to.include(hidden);
    expect(await print(['serve', '--redact', '--show-secrets'], env)).to.include(hidden);
    expect(await print(['serve', '--show-secrets'], env)).to.include({
      AMQP_URL: `${env.AMQP_URL} environment`,
      DATABASE_URL: `${env.DATABASE_URL} environment`,
    });
  });

  it('refuses a wrong setting, and an unknown role', async () => {
    const refusalOf = (args: readonly string[], env: Terminal['env'] = {}) =>
      print(args, env).catch((error: unknown) => error);

    expect(await refusalOf([], { PORT: 'x' })).to.include({ code: 'CONFIG_INVALID' });
    expect(await refusalOf(['strat'])).to.include({ code: 'CONFIG_INVALID' });
  });
});
