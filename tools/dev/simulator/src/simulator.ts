import { deviceEnvSchema, InvalidEnvironmentError, parseEnv } from '@drivewatch/config';
import { createDeviceClient } from '@drivewatch/device-client';
import { parseCommandLine, USAGE, UsageError } from './command-line';
import { FleetFeed, RECORDS_KEPT_PER_DRIVER } from './feed/fleet-feed';
import { OutageLog } from './feed/outage-log';
import { RefusalLog } from './feed/refusal-log';
import { simulate, systemClock } from './feed/simulation';
import { Fleet } from './fleet/fleet';
import { writeSampleDays } from './sample-days/write-sample-days';

/** The number of connections that even a large fleet shares. */
const MOST_CONNECTIONS = 64;

/** Runs the program without its process. @param print writes a line @returns the exit code */
export async function runSimulator(
  args: readonly string[],
  print: (text: string) => void,
  stop: AbortSignal,
): Promise<number> {
  try {
    const command = parseCommandLine(args);
    if (command === 'help') {
      print(USAGE.trimEnd());
      return 0;
    }
    if ('sampleDaysTo' in command) {
      print(await writeSampleDays(command.sampleDaysTo));
      return 0;
    }
    const { url, drivers, seed, interval } = command;
    const outage = new OutageLog(print, RECORDS_KEPT_PER_DRIVER);
    const refusals = new RefusalLog(print);
    const client = createDeviceClient({
      url,
      key: parseEnv(deviceEnvSchema).DRIVEWATCH_KEY,
      connections: Math.min(drivers, MOST_CONNECTIONS),
      unreachableForMs: Infinity,
      onRetry: (notice) => {
        outage.onRetry(notice);
      },
    });
    const feed = new FleetFeed(client, {
      onAnswer: (record, result) => {
        outage.onAnswer();
        refusals.onAnswer(record.driverID ?? '', result);
      },
      onDropped: (records) => {
        outage.onDropped(records);
      },
    });
    print(`${drivers} simulated drivers report to ${url} (seed ${seed}).`);
    await simulate({
      ...{ feed, stop, clock: systemClock },
      fleet: new Fleet({ drivers, seed, beatSeconds: interval }),
      warmUpSeconds: command['warm-up'],
      onWarm: () => {
        print(`The last ${command['warm-up']} s are posted; going on in real time.`);
      },
    });
    await client.close();
    return 0;
  } catch (error) {
    if (error instanceof InvalidEnvironmentError) {
      print(`simulator: ${error.message}`);
      return 2;
    }
    if (!(error instanceof UsageError)) throw error;
    print(`simulator: ${error.message} (--help shows how)`);
    return 2;
  }
}
